/* Processes into a job's cgroups. Those were made by the loop, and only where something is to be limited. */
#include "gate.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int join(const char *base, const struct spawn *spawn, pid_t pid) {
    char path[CGROUP_BYTES];
    char word[16];
    (void)snprintf(word, sizeof word, "%d", (int)pid);
    if (cgroup_path(path, base, spawn->job, spawn->token) < 0 || cgroup_put(path, "cgroup.procs", word)) {
        return 0;
    }
    return errno == ENOENT ? 0 : -1;
}

int join_legacy(const struct spawn *spawn, pid_t pid) {
    for (int i = 0; (spawn->bounded || spawn->confined) && i < CONTROLLERS; i++) {
        if (join(bases.legacy[i], spawn, pid) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Every one of a process's uids, by the kernel's word. */
static bool has_uids(char *line, const char *uid, char found[PATH_MAX]) {
    (void)snprintf(found, PATH_MAX, "Uid:\t%s\t%s\t%s\t%s\n", uid, uid, uid, uid);
    return strcmp(line, found) == 0;
}

static bool is_of(pid_t pid, uid_t uid) {
    char name[32];
    char word[16];
    char found[PATH_MAX];
    (void)snprintf(name, sizeof name, "/proc/%d/status", (int)pid);
    (void)snprintf(word, sizeof word, "%u", (unsigned)uid);
    return search(name, has_uids, word, found);
}

/* Held by a descriptor meanwhile: while that process lives its pid is nobody else's. */
int join_caller(const struct spawn *spawn, pid_t pid) {
    int held = pid <= 1 ? -1 : (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd ended = {.fd = held, .events = POLLIN};
    int result = -1;
    if (held < 0 || !is_of(pid, spawn->uid) || poll(&ended, 1, 0) != 0) {
        errno = EPERM;
    } else {
        result = join(bases.unified, spawn, pid) < 0 ? -1 : join_legacy(spawn, pid);
    }
    if (held >= 0) {
        close(held);
    }
    return result;
}
