#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"
#include "say.h"

enum {
    BLOCK_BYTES = 64 << 10,
    WATCHED_MS = 1000, /* a network file system does not tell of other machines' writes */
    UNWATCHED_MS = 50
};

static uint8_t block[BLOCK_BYTES];

/* Where the last `lines` lines begin. A newline at the very end ends the last line, it does not begin another. */
static off_t last_lines(int fd, off_t size, uint64_t lines) {
    uint64_t newlines = 0;
    for (off_t end = size; end > 0;) {
        size_t length = end < BLOCK_BYTES ? (size_t)end : BLOCK_BYTES;
        off_t start = end - (off_t)length;
        ssize_t count = pread(fd, block, length, start);
        if (count != (ssize_t)length) {
            return 0; /* it shrank meanwhile */
        }
        for (size_t i = length; i > 0; i--) {
            off_t after = start + (off_t)i;
            if (block[i - 1] == '\n' && after != size && ++newlines == lines) {
                return after;
            }
        }
        end = start;
    }
    return 0;
}

static int watch(int fd) {
    char path[sizeof "/proc/self/fd/" + 3 * sizeof fd];
    int changes = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (changes < 0) {
        return -1;
    }
    int length = snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (length < 0 || (size_t)length >= sizeof path || inotify_add_watch(changes, path, IN_MODIFY) < 0) {
        (void)close(changes);
        return -1;
    }
    return changes;
}

int file_open(struct shown_file *file, const char *path, int64_t offset, bool follow) {
    struct stat found;
    /* An output is never a link; should it have become one, it leads where root is to be led, say. Without O_NONBLOCK a
     * FIFO at this place would hold q until somebody writes to it. */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    int why = fstat(fd, &found) < 0 ? errno : S_ISREG(found.st_mode) ? 0 : S_ISDIR(found.st_mode) ? EISDIR : EINVAL;
    if (why != 0) {
        (void)close(fd);
        return why;
    }
    /* 0 - (offset + 1) + 1: the smallest offset has no positive counterpart. */
    uint64_t lines = offset < 0 ? (uint64_t)(-(offset + 1)) + 1 : 0;
    *file = (struct shown_file){
        .fd = fd,
        .changes = follow ? watch(fd) : -1,
        .at = offset < 0 ? last_lines(fd, found.st_size, lines) : (off_t)offset,
    };
    return 0;
}

void file_copy(struct shown_file *file) {
    struct stat found;
    if (fstat(file->fd, &found) < 0) {
        return;
    }
    if (found.st_size < file->at) {
        file->at = 0; /* somebody emptied it and began anew */
    }
    /* Not beyond today's end: a file that grows faster than it is read would hold q for ever. */
    while (file->at < found.st_size) {
        off_t left = found.st_size - file->at;
        ssize_t count = pread(file->fd, block, left < BLOCK_BYTES ? (size_t)left : BLOCK_BYTES, file->at);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            fail(STATUS_FAILED, "The file cannot be read on: %s.", strerror(errno));
        }
        if (count == 0) {
            return;
        }
        print_all(STDOUT_FILENO, block, (size_t)count);
        file->at += count;
    }
}

int file_patience(const struct shown_file *file) {
    return file->changes >= 0 ? WATCHED_MS : UNWATCHED_MS;
}

void file_changed(struct shown_file *file) {
    while (file->changes >= 0 && read(file->changes, block, sizeof block) > 0) {
    }
}

void file_close(struct shown_file *file) {
    (void)close(file->fd);
    if (file->changes >= 0) {
        (void)close(file->changes);
    }
    *file = (struct shown_file){.fd = -1, .changes = -1};
}
