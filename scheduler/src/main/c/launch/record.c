/* Exit records: run/TOKEN, a file of frames. First q-launch's own SUPERVISOR frame, then STARTED or NOT_STARTED, then
 * EXITED, the last three byte for byte what the daemon is told. Frames of another token are of an earlier job, whose
 * record the file was. The lock of the open file tells whether the supervisor
 * lives: it is taken before the supervisor is forked, so there is no moment without it. */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int open_record(const uint8_t *token, int flags) {
    char name[TOKEN_HEX];
    token_hex(token, name);
    return openat(launcher.run, name, flags | O_CLOEXEC | O_NOFOLLOW | O_APPEND, 0600);
}

/* A spare one has words of earlier jobs before its own: cutting them off would have the file system write the rest at
 * once when it is closed. */
static bool locked(int fd, bool spare) {
    struct stat status;
    return flock(fd, LOCK_EX | LOCK_NB) == 0
           && (!spare || (fstat(fd, &status) == 0 && status.st_size <= RECORD_BYTES - RECORD_OWN_BYTES));
}

/* Locked, and without a word of this token in it: between its name and its lock it is the record of a job that never ran.
 * -1 with errno, EEXIST when the token has one. */
int record_create(const uint8_t *token, uid_t user) {
    char name[TOKEN_HEX];
    token_hex(token, name);
    bool spare = spare_take(SPARE_RECORD, user, name);
    if (!spare && errno == EEXIST) {
        return -1;
    }
    int fd = open_record(token, O_WRONLY | (spare ? 0 : O_CREAT | O_EXCL));
    if (fd < 0 || locked(fd, spare)) {
        return fd;
    }
    int error = errno;
    record_remove(token, NO_USER);
    close(fd);
    errno = error;
    return spare ? record_create(token, NO_USER) : -1;
}

int record_open_again(const uint8_t *token) {
    return open_record(token, O_WRONLY);
}

void record_remove(const uint8_t *token, uid_t user) {
    char name[TOKEN_HEX];
    token_hex(token, name);
    if (!spare_keep(SPARE_RECORD, user, name) && unlinkat(launcher.run, name, 0) < 0 && errno != ENOENT) {
        say("cannot remove the exit record %s: %s", name, strerror(errno));
    }
    words_remove(token, user);
}

int record_append(int fd, uint8_t type, const void *payload, size_t length) {
    uint8_t frame[NOTE_BYTES] = {type};
    if (length > sizeof frame - FRAME_HEADER) {
        errno = EMSGSIZE;
        return -1;
    }
    put_u32(frame + 1, (uint32_t)length);
    memcpy(frame + FRAME_HEADER, payload, length);
    ssize_t written = write(fd, frame, FRAME_HEADER + length);
    if (written >= 0 && (size_t)written != FRAME_HEADER + length) {
        errno = ENOSPC;
        return -1;
    }
    return written < 0 ? -1 : 0;
}

static void read_frames(const uint8_t *token, struct record *record, size_t length) {
    struct frame frame;
    uint8_t *rest = record->bytes;
    while (nested_frame(&rest, &length, &frame) == FRAME_READY) {
        if (frame.length < TOKEN_BYTES || memcmp(frame.payload, token, TOKEN_BYTES) != 0) {
            continue;
        }
        const uint8_t *value = frame.payload + TOKEN_BYTES;
        size_t size = frame.length - TOKEN_BYTES;
        if (frame.type == RECORD_SUPERVISOR && size >= 20) {
            record->supervisor = (pid_t)get_u32(value);
            record->start_us = get_u64(value + 4);
            record->start_monotonic_us = get_u64(value + 12);
            record->version = size > 20 ? value[20] : 1;
        } else if (frame.type == STARTED && size >= 20 && size - 20 < CGROUP_BYTES) {
            record->started = frame;
            record->process = (pid_t)get_u32(value);
            record->process_start = get_u64(value + 4);
            memcpy(record->cgroup, value + 20, size - 20);
        } else if (frame.type == EXITED || frame.type == NOT_STARTED) {
            record->end = frame;
        }
    }
}

/* 0, or -1 with errno (ENOENT: there is none). The lock is asked before the content, so that the content of a record
 * whose supervisor is gone is final. */
int record_read(const uint8_t *token, struct record *record) {
    *record = (struct record){0};
    int fd = open_record(token, O_RDONLY);
    if (fd < 0) {
        return -1;
    }
    record->alive = flock(fd, LOCK_SH | LOCK_NB) < 0;
    ssize_t length = pread(fd, record->bytes, sizeof record->bytes, 0);
    int error = errno;
    close(fd);
    if (length < 0) {
        errno = error;
        return -1;
    }
    read_frames(token, record, (size_t)length);
    return 0;
}

static uint64_t microseconds(struct timeval time) {
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_usec;
}

void record_exit_payload(uint8_t payload[EXIT_BYTES], const uint8_t *token, const struct record *started, int status,
                         const struct rusage *usage) {
    uint8_t *at = payload + TOKEN_BYTES;
    memcpy(payload, token, TOKEN_BYTES);
    put_u32(at, (uint32_t)status);
    put_u64(at + 4, microseconds(usage->ru_utime));
    put_u64(at + 12, microseconds(usage->ru_stime));
    put_u64(at + 20, (uint64_t)usage->ru_maxrss * 1024);
    put_u64(at + 28, started->start_us);
    put_u64(at + 36, clock_us(CLOCK_REALTIME));
    put_u64(at + 44, clock_us(CLOCK_MONOTONIC) - started->start_monotonic_us);
}
