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
    for (int i = 0; spawn->bounded && i < CONTROLLERS; i++) {
        if (bases.version[i] == 1 && join(bases.legacy[i], spawn, pid) < 0) {
            return -1;
        }
    }
    return 0;
}

/* By the kernel's word: every one of its uids. */
static bool is_of(pid_t pid, uid_t uid) {
    char line[256];
    unsigned uids[4] = {0};
    int read_uids = 0;
    (void)snprintf(line, sizeof line, "/proc/%d/status", (int)pid);
    FILE *file = fopen(line, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "Uid:", 4) == 0) {
            read_uids = sscanf(line, "Uid: %u %u %u %u", &uids[0], &uids[1], &uids[2], &uids[3]);
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return read_uids == 4 && uids[0] == uid && uids[1] == uid && uids[2] == uid
           && uids[3] == uid;
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
