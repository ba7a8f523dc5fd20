/* stamp FILE MILLISECONDS: a job that sleeps so long and adds a line to FILE: the monotonic nanoseconds at which it
 * began and at which it was about to end. The end of one and the beginning of the next are what the queue is to blame
 * for. One write, so that jobs at the same time do not mix their lines. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void) {
    struct timespec now;
    return clock_gettime(CLOCK_MONOTONIC, &now) < 0 ? -1 : (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int main(int argc, char **argv) {
    int64_t began = now_ns();
    if (argc != 3) {
        return 2;
    }
    long ms = strtol(argv[2], NULL, 10);
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    int fd = open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || nanosleep(&pause, NULL) < 0 || dprintf(fd, "%lld %lld\n", (long long)began, (long long)now_ns()) < 0) {
        perror("stamp");
        return 1;
    }
    return 0;
}
