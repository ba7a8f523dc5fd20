/* Cgroups, version 2 only: a directory for each job below q-launch's own. No controller is switched on; the cgroup is
 * there to find every process of a job, whatever it does to its sessions and parents. */
#include "launch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The mount point of the whole hierarchy; false when there is none, or one with blanks in its path. */
static bool find_mount(char mount[PATH_MAX]) {
    char line[3 * PATH_MAX];
    char root[PATH_MAX];
    bool found = false;
    FILE *file = fopen("/proc/self/mountinfo", "re");
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        found = strstr(line, " - cgroup2 ") != NULL && sscanf(line, "%*s %*s %*s %4095s %4095s", root, mount) == 2
                && strcmp(root, "/") == 0 && strchr(mount, '\\') == NULL;
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return found;
}

static bool find_own(char own[PATH_MAX]) {
    char line[PATH_MAX];
    bool found = false;
    FILE *file = fopen("/proc/self/cgroup", "re");
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        found = strncmp(line, "0::/", 4) == 0;
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    if (found) {
        (void)snprintf(own, PATH_MAX, "%s", strcmp(line, "0::/") == 0 ? "" : line + 3);
    }
    return found;
}

/* Where jobs may get theirs: proven by making one and by the right to move processes, else empty. */
void cgroup_find_base(char base[CGROUP_BYTES]) {
    char mount[PATH_MAX];
    char own[PATH_MAX];
    char path[CGROUP_BYTES];
    base[0] = '\0';
    if (!find_mount(mount) || !find_own(own)) {
        return;
    }
    /* A job's name is at most 54 bytes longer; a path that would not fit means no cgroups. */
    int length = snprintf(path, sizeof path, "%s%s", mount, own);
    if (length < 0 || (size_t)length + 64 > sizeof path) {
        return;
    }
    int procs = cgroup_open(path, "cgroup.procs", O_WRONLY);
    if (procs < 0) {
        return;
    }
    close(procs);
    char probe[PATH_MAX];
    (void)snprintf(probe, sizeof probe, "%s/gpuq-probe-%d", path, (int)getpid());
    if (mkdir(probe, 0755) == 0 && rmdir(probe) == 0) {
        (void)snprintf(base, CGROUP_BYTES, "%s", path);
    }
}

/* Leaves the path empty when it cannot be made: the job then runs without. */
void cgroup_create(char path[CGROUP_BYTES], const char *base, uint32_t job, const uint8_t *token) {
    char hex[TOKEN_HEX];
    char made[PATH_MAX];
    path[0] = '\0';
    if (base[0] == '\0') {
        return;
    }
    token_hex(token, hex);
    int length = snprintf(made, sizeof made, "%s/gpuq-job-%u-%s", base, job, hex);
    if (length > 0 && length < CGROUP_BYTES && mkdir(made, 0755) == 0) {
        memcpy(path, made, (size_t)length + 1);
    }
}

int cgroup_open(const char *path, const char *file, int flags) {
    char name[PATH_MAX];
    int length = snprintf(name, sizeof name, "%s/%s", path, file);
    if (path[0] == '\0' || length < 0 || (size_t)length >= sizeof name) {
        errno = ENOENT;
        return -1;
    }
    return open(name, flags | O_CLOEXEC);
}

/* fork, with the child born in the cgroup: moving one there later waits for every processor of the machine. Without
 * a cgroup, or when it refuses (the path is then emptied), a plain fork. */
pid_t cgroup_fork(char *path) {
    int fd = path[0] == '\0' ? -1 : open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        struct clone_args request = {.flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD, .cgroup = (uint64_t)fd};
        pid_t pid = (pid_t)syscall(SYS_clone3, &request, sizeof request);
        close(fd);
        if (pid >= 0) {
            return pid;
        }
        cgroup_remove(path);
    }
    path[0] = '\0';
    return fork();
}

/* A descriptor that polls as EPOLLPRI when that changes, while somebody is in the cgroup; else -1. */
int cgroup_watch(const char *path) {
    char events[256] = "";
    int fd = cgroup_open(path, "cgroup.events", O_RDONLY);
    if (fd < 0) {
        return -1;
    }
    /* The read also arms the poll. */
    if (read(fd, events, sizeof events - 1) > 0 && strstr(events, "populated 1") != NULL) {
        return fd;
    }
    close(fd);
    return -1;
}

void cgroup_remove(const char *path) {
    if (path[0] != '\0' && rmdir(path) < 0 && errno != ENOENT) {
        say("cannot remove the cgroup %s: %s", path, strerror(errno));
    }
}

/* That of a supervisor that died before it could write down which. The process that it was about to start may still be
 * in it, and ends without having run anything. */
void cgroup_remove_left(const char *base, const uint8_t *token) {
    static const char prefix[] = "gpuq-job-";
    char hex[TOKEN_HEX];
    const struct dirent *entry;
    const struct timespec moment = {.tv_nsec = 1000000};
    DIR *directory = base[0] == '\0' ? NULL : opendir(base);
    token_hex(token, hex);
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        size_t length = strlen(entry->d_name);
        if (strncmp(entry->d_name, prefix, sizeof prefix - 1) != 0 || length < TOKEN_HEX
            || strcmp(entry->d_name + length - (TOKEN_HEX - 1), hex) != 0) {
            continue;
        }
        for (int i = 0; unlinkat(dirfd(directory), entry->d_name, AT_REMOVEDIR) < 0 && errno == EBUSY && i < 20; i++) {
            (void)nanosleep(&moment, NULL);
        }
    }
    if (directory != NULL) {
        closedir(directory);
    }
}
