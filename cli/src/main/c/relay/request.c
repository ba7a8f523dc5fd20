#include "request.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "background.h"
#include "protocol.h"

enum { RESOURCES = 16, LIMIT_BYTES = 16, HELLO_BYTES = 11 };

int append_hello(struct buffer *to) {
    uint8_t payload[HELLO_BYTES] = {PROTOCOL_VERSION};
    struct winsize size = {0};
    for (int fd = STDERR_FILENO; fd >= STDIN_FILENO; fd--) {
        if (isatty(fd)) {
            payload[1] |= (uint8_t)(1 << fd);
            (void)ioctl(fd, TIOCGWINSZ, &size); /* 0 columns stay unknown */
        }
    }
    payload[1] |= in_background() ? BACKGROUND : 0;
    mode_t mask = umask(0);
    (void)umask(mask);
    put_u16(payload + 2, size.ws_col);
    put_u16(payload + 4, size.ws_row);
    put_u32(payload + 6, mask);
    payload[10] = (uint8_t)getpriority(PRIO_PROCESS, 0);
    return buffer_append_frame(to, HELLO, payload, sizeof payload);
}

static int append_list(struct buffer *to, enum to_daemon type, char **strings) {
    uint8_t header[FRAME_HEADER] = {(uint8_t)type};
    size_t total = 0;
    for (char **string = strings; *string != NULL; string++) {
        total += strlen(*string) + 1;
    }
    if (total > REQUEST_BYTES) {
        errno = EMSGSIZE;
        return -1;
    }
    put_u32(header + 1, (uint32_t)total);
    if (buffer_append(to, header, sizeof header) < 0) {
        return -1;
    }
    for (char **string = strings; *string != NULL; string++) {
        if (buffer_append(to, *string, strlen(*string) + 1) < 0) {
            return -1;
        }
    }
    return 0;
}

static int append_limits(struct buffer *to) {
    uint8_t payload[RESOURCES * LIMIT_BYTES];
    for (int resource = 0; resource < RESOURCES; resource++) {
        struct rlimit limit;
        if (getrlimit((__rlimit_resource_t)resource, &limit) < 0) {
            return -1;
        }
        put_u64(payload + resource * LIMIT_BYTES, limit.rlim_cur);
        put_u64(payload + resource * LIMIT_BYTES + 8, limit.rlim_max);
    }
    return buffer_append_frame(to, LIMITS, payload, sizeof payload);
}

int append_request(struct buffer *to, char **words) {
    char directory[PATH_MAX];
    if (getcwd(directory, sizeof directory) == NULL) {
        directory[0] = '\0'; /* gone; whether that matters is for the command to say */
    }
    return append_list(to, ARGUMENTS, words) < 0 || append_list(to, ENVIRONMENT, environ) < 0 ||
                   buffer_append_frame(to, DIRECTORY, directory, strlen(directory)) < 0 || append_limits(to) < 0 ||
                   buffer_append_frame(to, GO, NULL, 0) < 0
               ? -1
               : 0;
}

int send_all(int fd, const struct buffer *bytes) {
    for (size_t at = bytes->start; at < bytes->end;) {
        ssize_t count = send(fd, bytes->bytes + at, bytes->end - at, MSG_NOSIGNAL);
        if (count < 0 && errno != EINTR) {
            return -1;
        }
        at += count > 0 ? (size_t)count : 0;
    }
    return 0;
}
