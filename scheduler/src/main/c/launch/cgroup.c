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

struct controls controls;

/* Whether a controller works in the cgroups below this one. */
static bool delegates(const char *base, const char *controller) {
    char text[512] = "";
    int fd = cgroup_open(base, "cgroup.subtree_control", O_RDONLY);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0) {
        close(fd);
    }
    return length > 0 && listed(text, controller);
}

/* Whether we can make a cgroup there and put a process into it. */
static bool usable(const char *base) {
    char probe[PATH_MAX];
    char procs[PATH_MAX];
    (void)snprintf(probe, sizeof probe, "%s/gpuq-probe-%d", base, (int)getpid());
    if (base[0] == '\0' || mkdir(probe, 0755) < 0) {
        return false;
    }
    (void)snprintf(procs, sizeof procs, "%.4000s/cgroup.procs", probe);
    bool writable = access(procs, W_OK) == 0;
    return rmdir(probe) == 0 && writable;
}

/* Tries it with a cgroup that nobody is in. */
static void probe_devices(void) {
    static const uint8_t none[GPUS_BYTES];
    struct spawn probe = {.job = 0};
    char path[CGROUP_BYTES];
    put_u32(probe.token, (uint32_t)getpid());
    cgroup_create(path, probe.job, probe.token);
    bool confined = cgroup_confine(path, &probe, none) == 0;
    controls.refusal = confined ? 0 : errno;
    controls.version[CONTROL_DEVICES] = !confined ? 0 : bases.legacy[CONTROL_DEVICES][0] != '\0' ? 1 : 2;
    cgroup_remove(path);
}

/* Finds out what of the bases that were found is of use. */
void cgroup_probe(void) {
    if (!usable(bases.unified)) {
        bases.unified[0] = '\0';
    }
    for (int i = 0; i < CONTROLLERS; i++) {
        if (!usable(bases.legacy[i])) {
            bases.legacy[i][0] = '\0';
        }
        controls.version[i] = delegates(bases.unified, controllers[i]) ? 2 : bases.legacy[i][0] != '\0' ? 1 : 0;
    }
    controls.version[CONTROL_DEVICES] = 0;
    controls.refusal = EPERM; /* without root nobody can be confined */
    if (door.gate != 0) {
        probe_devices();
    }
}

static void sweep(const char *base) {
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

/* Those of jobs that an earlier q-launch could not remove any more; one with processes refuses. */
void cgroup_sweep(void) {
    sweep(bases.unified);
    for (int i = 0; i < CONTROLLERS && door.gate != 0; i++) {
        sweep(bases.legacy[i]); /* without a gate others may have theirs beside ours */
    }
}

/* Leaves the path empty when it cannot be made: the job then runs without. */
void cgroup_create(char path[CGROUP_BYTES], uint32_t job, const uint8_t *token) {
    if (cgroup_path(path, bases.unified, job, token) == 0 && mkdir(path, 0755) < 0) {
        path[0] = '\0';
    }
}

int cgroup_open(const char *path, const char *file, int flags) {
    char name[CGROUP_BYTES + 32];
    if (path[0] == '\0' || strlen(path) + 1 + strlen(file) >= sizeof name) {
        errno = ENOENT;
        return -1;
    }
    (void)stpcpy(stpcpy(stpcpy(name, path), "/"), file);
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

/* Those of version 1 that limit it, of the same name; only made where there is something to limit. */
static void legacy_path(char path[CGROUP_BYTES], enum controller controller, const char *unified) {
    const char *name = strrchr(unified, '/');
    int length = snprintf(path, CGROUP_BYTES, "%s%s", bases.legacy[controller], name == NULL ? "" : name);
    if (bases.legacy[controller][0] == '\0' || name == NULL || length < 0 || length >= CGROUP_BYTES) {
        path[0] = '\0';
    }
}

static bool bound(const char *unified, enum controller controller, const char *file, const char *legacy_file,
                  const char *value, const char *legacy_value) {
    char legacy[CGROUP_BYTES];
    errno = ENOTSUP;
    if (unified[0] == '\0' || controls.version[controller] == 0) {
        return false;
    }
    if (controls.version[controller] == 2) {
        return cgroup_put(unified, file, value);
    }
    legacy_path(legacy, controller, unified);
    return legacy[0] != '\0' && (mkdir(legacy, 0755) == 0 || errno == EEXIST)
           && cgroup_put(legacy, legacy_file, legacy_value);
}

/* 0, or -1 with errno: ENOTSUP when this machine cannot limit what has to be limited. */
int cgroup_bound(const char *path, const struct bounds *wanted) {
    enum { PERIOD_US = 100000 };
    if (!bounds_any(wanted)) {
        return 0;
    }
    char memory[32];
    char processes[32];
    char cpu[64];
    char quota[32];
    unsigned long long cpu_us = (unsigned long long)wanted->milli_cpus * (PERIOD_US / 1000);
    (void)snprintf(memory, sizeof memory, "%llu", (unsigned long long)wanted->memory);
    (void)snprintf(processes, sizeof processes, "%llu", (unsigned long long)wanted->processes);
    (void)snprintf(quota, sizeof quota, "%llu", cpu_us);
    (void)snprintf(cpu, sizeof cpu, "%s %d", quota, PERIOD_US);
    const bool kept[CONTROL_DEVICES] = {
            [CONTROL_MEMORY] = wanted->memory == 0
                               || bound(path, CONTROL_MEMORY, "memory.max", "memory.limit_in_bytes", memory, memory),
            [CONTROL_PIDS] = wanted->processes == 0
                             || bound(path, CONTROL_PIDS, "pids.max", "pids.max", processes, processes),
            [CONTROL_CPU] = wanted->milli_cpus == 0
                            || bound(path, CONTROL_CPU, "cpu.max", "cpu.cfs_quota_us", cpu, quota)};
    for (int i = 0; i < CONTROL_DEVICES; i++) {
        if (!kept[i] && (wanted->needed & 1U << i) != 0) {
            return -1;
        }
    }
    if (wanted->memory > 0 && controls.version[CONTROL_MEMORY] == 2) {
        (void)cgroup_put(path, "memory.oom.group", "1"); /* a job that lost some processes is no use to anybody */
    }
    return 0;
}

/* To the device files of these GPUs. 0, or -1 with errno. */
int cgroup_confine(const char *path, struct spawn *spawn, const uint8_t gpus[GPUS_BYTES]) {
    char legacy[CGROUP_BYTES];
    legacy_path(legacy, CONTROL_DEVICES, path);
    if (path[0] == '\0' || gpus == NULL) {
        errno = gpus == NULL ? ENODEV : ENOTSUP;
        return -1;
    }
    if (legacy[0] != '\0' && mkdir(legacy, 0755) < 0 && errno != EEXIST) {
        return -1;
    }
    spawn->confined = true;
    memcpy(spawn->gpus, gpus, GPUS_BYTES);
    return door_confine(spawn);
}

void cgroup_remove(const char *path) {
    char legacy[CGROUP_BYTES];
    for (int i = 0; i < CONTROLLERS; i++) {
        legacy_path(legacy, (enum controller)i, path);
        if (legacy[0] != '\0') {
            (void)rmdir(legacy); /* mostly it was never made */
        }
    }
    if (path[0] != '\0' && rmdir(path) < 0 && errno != ENOENT) {
        say("cannot remove the cgroup %s: %s", path, strerror(errno));
    }
}

/* A job's by its token alone; false when there is none. */
bool cgroup_find(char path[CGROUP_BYTES], const uint8_t *token) {
    static const char prefix[] = "gpuq-job-";
    char hex[TOKEN_HEX];
    const struct dirent *entry;
    bool found = false;
    DIR *directory = bases.unified[0] == '\0' ? NULL : opendir(bases.unified);
    token_hex(token, hex);
    while (directory != NULL && !found && (entry = readdir(directory)) != NULL) {
        size_t length = strlen(entry->d_name);
        if (strncmp(entry->d_name, prefix, sizeof prefix - 1) == 0 && length >= TOKEN_HEX
            && strcmp(entry->d_name + length - (TOKEN_HEX - 1), hex) == 0) {
            int size = snprintf(path, CGROUP_BYTES, "%s/%s", bases.unified, entry->d_name);
            found = size > 0 && size < CGROUP_BYTES;
        }
    }
    if (directory != NULL) {
        closedir(directory);
    }
    return found;
}

/* That of a supervisor that died before it could write down which. The process that it was about to start may still be
 * in it, and ends without having run anything. */
void cgroup_remove_left(const uint8_t *token) {
    const struct timespec moment = {.tv_nsec = 1000000};
    char path[CGROUP_BYTES];
    for (int i = 0; i < 20 && cgroup_find(path, token) && rmdir(path) < 0 && errno == EBUSY; i++) {
        (void)nanosleep(&moment, NULL);
    }
}
