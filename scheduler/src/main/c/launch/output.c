/* A job's output stays within its bound. The job writes to the file itself, so that it needs nobody to take what it says;
 * what is too much is cut off again, by the descriptor that the job's own process opened with its user's rights. */
#include "launch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Sends `ready`, and the output with it unless that is -1. 0, or -1 with errno. */
int output_hand_over(int supervisor, const struct failure *ready, int output) {
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec data = {.iov_base = (void *)ready, .iov_len = sizeof *ready};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
    if (output >= 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        *header = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof output)};
        memcpy(CMSG_DATA(header), &output, sizeof output);
    }
    return sendmsg(supervisor, &message, MSG_NOSIGNAL) == (ssize_t)sizeof *ready ? 0 : -1;
}

/* Waits for what the job's process says: the number of bytes, 0 when its program runs (or it died), -1 with errno. */
ssize_t output_receive(int job, struct failure *said, int *output) {
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec data = {.iov_base = said, .iov_len = sizeof *said};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
    ssize_t count;
    do {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        count = recvmsg(job, &message, MSG_CMSG_CLOEXEC | MSG_WAITALL);
    } while (count < 0 && errno == EINTR);
    const struct cmsghdr *header = count > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (header != NULL && header->cmsg_type == SCM_RIGHTS && header->cmsg_len == CMSG_LEN(sizeof *output)) {
        memcpy(output, CMSG_DATA(header), sizeof *output);
    }
    return count;
}

/* Cuts off what is beyond the limit, and says so in a last line. True when the job has ever gone beyond it: it is then to
 * be watched closely. What the job writes between the cut and the line is cut off the next time. */
bool output_keep_within(int output, uint64_t limit) {
    static bool told;
    char line[160];
    struct stat status;
    if (fstat(output, &status) < 0 || (uint64_t)status.st_size <= limit) {
        return told;
    }
    int length = snprintf(line, sizeof line, "\ngpuq: the output is cut off here: it is longer than %llu bytes\n",
                          (unsigned long long)limit);
    if (told && (uint64_t)status.st_size == limit + (uint64_t)length) {
        return told;
    }
    if (ftruncate(output, (off_t)limit) < 0 || write(output, line, (size_t)length) != (ssize_t)length) {
        say("cannot cut off an output: %s", strerror(errno));
    }
    told = true;
    return told;
}
