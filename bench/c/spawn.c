/* spawn COUNT WORD…: runs the command so many times, one after the other, its output thrown away, and prints how long
 * each took, in nanoseconds. A shell's own fork would otherwise be most of what is measured. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int64_t now_ns(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) < 0) {
        perror("spawn: clock");
        exit(1);
    }
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int main(int argc, char **argv) {
    posix_spawn_file_actions_t actions;
    long count = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
    if (count < 1) {
        (void)fprintf(stderr, "usage: spawn COUNT WORD…\n");
        return 2;
    }
    if (posix_spawn_file_actions_init(&actions) != 0 ||
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) != 0 ||
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) != 0) {
        (void)fprintf(stderr, "spawn: out of memory\n");
        return 1;
    }
    for (long i = 0; i < count; i++) {
        pid_t pid;
        int status;
        int64_t began = now_ns();
        int error = posix_spawnp(&pid, argv[2], &actions, NULL, argv + 2, environ);
        if (error != 0) {
            (void)fprintf(stderr, "spawn: %s: %s\n", argv[2], strerror(error));
            return 1;
        }
        while (waitpid(pid, &status, 0) < 0) {
            if (errno != EINTR) {
                perror("spawn: wait");
                return 1;
            }
        }
        if (status != 0) {
            (void)fprintf(stderr, "spawn: %s failed with status %d\n", argv[2], status);
            return 1;
        }
        if (printf("%lld\n", (long long)(now_ns() - began)) < 0) {
            return 1;
        }
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
