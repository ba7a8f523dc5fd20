#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol.h"
#include "say.h"

enum { BOUND_BYTES = 4, NOT_RUN = 127 };

/* Standard error goes along: what is wrong with the command is read in the same place. */
static _Noreturn void become(char **words, int output, pid_t parent) {
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0
        && dup2(output, STDERR_FILENO) >= 0 && prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent) {
        (void)execvp(words[0], words);
        (void)fprintf(stderr, "%s cannot be run: %s\n", words[0], strerror(errno));
    }
    exit(NOT_RUN);
}

/* Up to `bound` bytes; what is beyond is taken too, so that the command ends by itself. True when there was more. */
static bool read_all(int fd, uint8_t *bytes, size_t bound, size_t *length) {
    uint8_t beyond[4096];
    bool more = false;
    for (;;) {
        bool room = *length < bound;
        ssize_t count = room ? read(fd, bytes + *length, bound - *length) : read(fd, beyond, sizeof beyond);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return more;
        }
        *length += room ? (size_t)count : 0;
        more |= !room;
    }
}

static pid_t start(char **words, int ends[2]) {
    pid_t parent = getpid();
    if (pipe2(ends, O_CLOEXEC) < 0) {
        fail(STATUS_FAILED, "No pipe can be made: %s.", strerror(errno));
    }
    pid_t child = fork();
    if (child < 0) {
        fail(STATUS_FAILED, "No process can be started: %s.", strerror(errno));
    }
    if (child == 0) {
        become(words, ends[1], parent);
    }
    (void)close(ends[1]);
    return child;
}

int capture(uint8_t *order, size_t length, struct buffer *to) {
    if (length < BOUND_BYTES || get_u32(order) > CAPTURE_BYTES) {
        return -1;
    }
    size_t bound = get_u32(order);
    char **words = string_list(order + BOUND_BYTES, length - BOUND_BYTES);
    if (words == NULL || words[0] == NULL) {
        free(words);
        return -1;
    }
    uint8_t *payload = malloc(1 + bound);
    if (payload == NULL) {
        fail(STATUS_FAILED, "Out of memory.");
    }
    int ends[2];
    size_t got = 0;
    pid_t child = start(words, ends);
    payload[0] = read_all(ends[0], payload + 1, bound, &got) ? 1 : 0;
    (void)close(ends[0]);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
    if (buffer_append_frame(to, CAPTURED, payload, 1 + got) < 0) {
        fail(STATUS_FAILED, "Out of memory.");
    }
    free(payload);
    free(words);
    return 0;
}
