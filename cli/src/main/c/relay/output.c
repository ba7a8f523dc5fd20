#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "say.h"

void hold_standard_streams(void) {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        /* Open the wrong way round: using a stream that the caller closed is still an error. */
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd) {
            exit(STATUS_FAILED);
        }
    }
}

static size_t write_once(int fd, const uint8_t *bytes, size_t length) {
    ssize_t count = write(fd, bytes, length);
    if (count >= 0) {
        return (size_t)count;
    }
    if (errno == EAGAIN) { /* the caller shares a descriptor that does not block */
        struct pollfd waiting = {.fd = fd, .events = POLLOUT};
        (void)poll(&waiting, 1, -1);
        return 0;
    }
    if (errno == EINTR) {
        return 0;
    }
    /* A reader that left is no news, should the signal that says so be ignored. */
    if (errno != EPIPE && fd == STDOUT_FILENO) {
        fail(STATUS_FAILED, "The output cannot be written: %s.", strerror(errno));
    }
    exit(STATUS_FAILED);
}

static bool is_file(int fd) {
    struct stat found;
    return fstat(fd, &found) == 0 && S_ISREG(found.st_mode);
}

size_t print_some(int fd, const uint8_t *bytes, size_t length) {
    struct pollfd waiting = {.fd = fd, .events = POLLOUT};
    if (is_file(fd)) {
        return write_once(fd, bytes, length);
    }
    /* POLLOUT on a pipe promises room for this much. */
    if (poll(&waiting, 1, 0) <= 0 && length > 0) {
        return 0;
    }
    return write_once(fd, bytes, length < PIPE_BUF ? length : PIPE_BUF);
}

void print_all(int fd, const uint8_t *bytes, size_t length) {
    for (size_t at = 0; at < length;) {
        at += write_once(fd, bytes + at, length - at);
    }
}
