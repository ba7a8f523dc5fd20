/* Confines a cgroup of its own and says what can be opened in it: confine DIR BASE [LEGACY-BASE]. Run as root.
 * The device files in DIR have the numbers of GPUs' ones; where there are none, nobody is behind them: whether the
 * kernel lets somebody open them can be told from what is wrong then. Compiled with -Dmain=…, as fuzz.c is. */
#include "../../main/c/launch/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#undef main

static void report(const char *directory) {
    static const int minors[] = {0, 1, 2, 253, 254, 255};
    for (size_t i = 0; i < sizeof minors / sizeof minors[0]; i++) {
        char name[PATH_MAX];
        (void)snprintf(name, sizeof name, "%s/%d", directory, minors[i]);
        (void)mknod(name, S_IFCHR | 0666, makedev(195, (unsigned)minors[i]));
        errno = 0;
        int fd = open(name, O_RDWR | O_CLOEXEC);
        printf("%d:%s ", minors[i], fd < 0 && errno == EPERM ? "no" : "yes");
        if (fd >= 0) {
            close(fd);
        }
    }
    int fd = open("/dev/zero", O_RDWR | O_CLOEXEC);
    printf("zero:%s\n", fd < 0 ? "no" : "yes");
    (void)fflush(stdout);
}

int main(int count, char **arguments) {
    struct spawn spawn = {.job = 1, .confined = true, .gpus = {1 << 1}};
    char unified[CGROUP_BYTES];
    char legacy[CGROUP_BYTES] = "";
    if (count < 3) {
        return 2;
    }
    spawn.gpus[253 / 8] = 1 << 253 % 8;
    put_u32(spawn.token, (uint32_t)getpid());
    (void)snprintf(bases.unified, sizeof bases.unified, "%s", arguments[2]);
    (void)snprintf(bases.legacy[CONTROL_DEVICES], CGROUP_BYTES, "%s", count > 3 ? arguments[3] : "");
    (void)cgroup_path(legacy, bases.legacy[CONTROL_DEVICES], spawn.job, spawn.token);
    report(arguments[1]);
    if (cgroup_path(unified, bases.unified, spawn.job, spawn.token) < 0 || mkdir(unified, 0755) < 0
        || (legacy[0] != '\0' && mkdir(legacy, 0755) < 0) || confine(&spawn) < 0) {
        perror("confine");
        return 1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        if (!cgroup_put(unified, "cgroup.procs", "0") || join_legacy(&spawn, 0) < 0) {
            perror("join");
            _exit(1);
        }
        report(arguments[1]);
        _exit(0);
    }
    int status = 1;
    (void)waitpid(pid, &status, 0);
    (void)rmdir(unified);
    if (legacy[0] != '\0') {
        (void)rmdir(legacy);
    }
    return status == 0 ? 0 : 1;
}
