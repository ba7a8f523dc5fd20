/* A cgroup of version 2 for each job, to find every process of it, whatever it does to its sessions and parents. */
#include "launch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Those of jobs that an earlier q-launch could not remove any more; one with processes refuses. */
void cgroup_sweep(void) {
    const char *base = bases.unified;
    struct dirent *entry;
    DIR *directory = base[0] == '\0' ? NULL : opendir(base);
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        if (strncmp(entry->d_name, "gpuq-job-", strlen("gpuq-job-")) == 0) {
            (void)unlinkat(dirfd(directory), entry->d_name, AT_REMOVEDIR);
        }
    }
    if (directory != NULL) {
        closedir(directory);
    }
}

/* Leaves the path empty when it cannot be made: the job then runs without. */
void cgroup_create(char path[CGROUP_BYTES], uint32_t job, const uint8_t *token) {
    if (cgroup_path(path, bases.unified, job, token) == 0 && mkdir(path, 0755) < 0) {
        path[0] = '\0';
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

/* Every process in it, at once and without a way out. */
void cgroup_kill(const char *path) {
    int fd = cgroup_open(path, "cgroup.kill", O_WRONLY);
    if (fd >= 0) {
        (void)write_full(fd, "1", 1); /* where the kernel is older than 5.14 there is none */
        close(fd);
    }
}

void cgroup_remove(const char *path) {
    if (path[0] != '\0' && rmdir(path) < 0 && errno != ENOENT) {
        say("cannot remove the cgroup %s: %s", path, strerror(errno));
    }
}

/* That of a supervisor that died before it could write down which. The process that it was about to start may still be
 * in it, and ends without having run anything. */
void cgroup_remove_left(const uint8_t *token) {
    const char *base = bases.unified;
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
