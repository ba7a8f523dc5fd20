#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { IDENTITIES_MAX = 256, PAUSE_MS = 20 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static struct {
    char path[PATH_MAX];
    /* Held open, so that no later file gets its inode number and passes for it. -1: no file seen yet. */
    int fd;
    struct stat seen;
    bool loaded; /* *state holds a file that parsed */
    bool bad;    /* the newest file did not */
    struct sim_state states[2];
    struct sim_state *state;
    struct sim_state *spare;

    unsigned references;
    uint64_t epoch;              /* which init a handle is from */
    uint64_t init_generation;    /* the driver's at init */
    uint64_t library_generation; /* the driver's when this library was first initialised */

    /* A handle names a UUID by its place here, so that it follows the GPU when others come or go. */
    char identities[IDENTITIES_MAX][SIM_UUID_MAX];
    size_t identities_count;
} world = {.fd = -1, .state = &world.states[0], .spare = &world.states[1]};

int64_t sim_now_ms(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        abort(); /* cannot happen on Linux */
    }
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void sleep_ms(unsigned ms) {
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

static void hold(void) {
    if (pthread_mutex_lock(&mutex) != 0) {
        abort(); /* a mutex of ours that is broken: nothing sane is left */
    }
}

static void let_go(void) {
    if (pthread_mutex_unlock(&mutex) != 0) {
        abort();
    }
}

static bool same_process(const struct sim_process *a, const struct sim_process *b) {
    return a->pid == b->pid && a->start == b->start && a->gpu == b->gpu && a->slot == b->slot && a->kind == b->kind;
}

/* A process whose line has gone keeps its memory for the teardown, as one that has died does. */
static void carry_process(struct sim_process *old, struct sim_state *new, size_t from_file, int64_t now) {
    for (size_t i = 0; i < from_file; i++) {
        if (same_process(old, &new->processes[i])) {
            new->processes[i].dead_since_ms = old->dead_since_ms;
            return;
        }
    }
    if (old->stale || new->teardown_ms == 0 || new->processes_count == SIM_PROCESSES_MAX) {
        return;
    }
    if (old->dead_since_ms == 0) {
        old->dead_since_ms = now;
    }
    if (now - old->dead_since_ms < (int64_t)new->teardown_ms) {
        old->ghost = true;
        new->processes[new->processes_count++] = *old;
    }
}

/* What the file does not say goes on: counts of faults, XIDs delivered, deaths seen. */
static void carry_over(struct sim_state *old, struct sim_state *new) {
    for (size_t i = 0; i < new->faults_count; i++) {
        for (size_t j = 0; j < old->faults_count; j++) {
            if (new->faults[i].key == old->faults[j].key) {
                new->faults[i].spent = old->faults[j].spent;
            }
        }
    }
    for (size_t i = 0; i < new->xids_count; i++) {
        for (size_t j = 0; j < old->xids_count; j++) {
            if (new->xids[i].key == old->xids[j].key) {
                new->xids[i].delivered = old->xids[j].delivered;
            }
        }
    }
    size_t from_file = new->processes_count;
    int64_t now = sim_now_ms();
    for (size_t i = 0; i < old->processes_count; i++) {
        carry_process(&old->processes[i], new, from_file, now);
    }
}

static void forget_file(void) {
    if (world.fd >= 0) {
        close(world.fd);
        world.fd = -1;
    }
}

static bool unchanged(const struct stat *now) {
    const struct stat *seen = &world.seen;
    return world.fd >= 0 && now->st_dev == seen->st_dev && now->st_ino == seen->st_ino && now->st_size == seen->st_size &&
           now->st_mtim.tv_sec == seen->st_mtim.tv_sec && now->st_mtim.tv_nsec == seen->st_mtim.tv_nsec;
}

/* Reads the file again when it is another one. One that does not parse leaves the world as it was, and says so. */
static void refresh(void) {
    struct stat now;
    if (stat(world.path, &now) != 0) {
        forget_file();
        world.loaded = false; /* no file is no driver */
        return;
    }
    if (unchanged(&now)) {
        return;
    }
    forget_file();
    world.fd = open(world.path, O_RDONLY | O_CLOEXEC);
    if (world.fd < 0 || fstat(world.fd, &world.seen) != 0) {
        if (!world.bad) { /* once, not on every call */
            fprintf(stderr, "gpuq simulator: %s: %s\n", world.path, strerror(errno));
        }
        forget_file();
        world.bad = true;
        return;
    }
    char *text = NULL;
    struct sim_error error;
    bool good = sim_file_read(world.fd, &text, &error) && sim_state_parse(text, world.spare, &error);
    free(text);
    world.bad = !good;
    if (!good) {
        fprintf(stderr, "gpuq simulator: %s: %s; %s\n", world.path, error.text,
                world.loaded ? "the state before it stays" : "nothing works until it is right");
        return;
    }
    if (world.loaded) {
        carry_over(world.state, world.spare);
    }
    struct sim_state *old = world.state;
    world.state = world.spare;
    world.spare = old;
    world.loaded = true;
}

struct sim_state *sim_world(void) {
    return world.state;
}

/* Handles: a tag, the init they are from, a MIG slot plus one, and the identity. */
enum { HANDLE_TAG = 0x5e, EPOCH_MASK = 0xffff };

static bool identity_of(const char *uuid, size_t *identity) {
    for (size_t i = 0; i < world.identities_count; i++) {
        if (strcmp(world.identities[i], uuid) == 0) {
            *identity = i;
            return true;
        }
    }
    if (world.identities_count == IDENTITIES_MAX) {
        return false;
    }
    *identity = world.identities_count++;
    memcpy(world.identities[*identity], uuid, strlen(uuid) + 1);
    return true;
}

nvml_device sim_handle_of(const struct sim_gpu *gpu, const struct sim_mig *mig) {
    size_t identity;
    if (!identity_of(gpu->uuid, &identity)) {
        return NULL;
    }
    uintptr_t slot = mig == NULL ? 0 : (uintptr_t)mig->slot + 1;
    return (nvml_device)((uintptr_t)HANDLE_TAG << 40 | (uintptr_t)(world.epoch & EPOCH_MASK) << 24 | slot << 16 | identity);
}

static int resolve_handle(nvml_device handle, struct sim_device *device) {
    uintptr_t bits = (uintptr_t)handle;
    size_t identity = bits & 0xffff;
    size_t slot = bits >> 16 & 0xff;
    if (bits >> 40 != HANDLE_TAG || (bits >> 24 & EPOCH_MASK) != (world.epoch & EPOCH_MASK) ||
        identity >= world.identities_count) {
        return NVML_INVALID_ARGUMENT;
    }
    device->gpu = sim_gpu_by_uuid(world.state, world.identities[identity]);
    if (device->gpu == NULL) {
        return NVML_GPU_IS_LOST;
    }
    if (slot > 0) {
        device->mig = sim_mig_by_slot(world.state, device->gpu->index, (int)slot - 1);
        return device->mig == NULL ? NVML_GPU_IS_LOST : NVML_SUCCESS;
    }
    return NVML_SUCCESS;
}

static int resolve_uuid(const char *uuid, struct sim_device *device) {
    device->gpu = sim_gpu_by_uuid(world.state, uuid);
    if (device->gpu == NULL) {
        device->mig = sim_mig_by_uuid(world.state, uuid);
        device->gpu = device->mig == NULL ? NULL : sim_gpu_by_index(world.state, device->mig->gpu);
    }
    return device->gpu == NULL ? NVML_NOT_FOUND : NVML_SUCCESS;
}

static int resolve_pci(const char *bus_id, struct sim_device *device) {
    for (size_t i = 0; i < world.state->gpus_count; i++) {
        if (strcasecmp(world.state->gpus[i].pci, bus_id) == 0) {
            device->gpu = &world.state->gpus[i];
            return NVML_SUCCESS;
        }
    }
    return NVML_NOT_FOUND;
}

static int resolve(struct sim_target target, struct sim_device *device) {
    *device = (struct sim_device){0};
    switch (target.kind) {
        case SIM_NOTHING:
            return NVML_SUCCESS;
        case SIM_HANDLE:
            return resolve_handle(target.handle, device);
        case SIM_INDEX:
            if (target.index >= world.state->gpus_count) {
                return NVML_INVALID_ARGUMENT;
            }
            device->gpu = &world.state->gpus[target.index];
            return NVML_SUCCESS;
        case SIM_UUID:
            return target.text == NULL ? NVML_INVALID_ARGUMENT : resolve_uuid(target.text, device);
        case SIM_PCI:
            return target.text == NULL ? NVML_INVALID_ARGUMENT : resolve_pci(target.text, device);
    }
    return NVML_INVALID_ARGUMENT;
}

unsigned sim_rank_of(const struct sim_gpu *gpu) {
    return (unsigned)(gpu - world.state->gpus);
}

static bool concerns(int wanted_call, int wanted_gpu, enum sim_call call, const struct sim_gpu *gpu) {
    return wanted_call == (int)call && (wanted_gpu == SIM_ALL_GPUS || (gpu != NULL && gpu->index == wanted_gpu));
}

static uint64_t delay_of(enum sim_call call, const struct sim_gpu *gpu) {
    uint64_t ms = 0;
    for (size_t i = 0; world.loaded && i < world.state->delays_count; i++) {
        const struct sim_delay *delay = &world.state->delays[i];
        if (concerns(delay->call, delay->gpu, call, gpu) && delay->ms > ms) {
            ms = delay->ms;
        }
    }
    return ms;
}

static int fault_of(enum sim_call call, const struct sim_gpu *gpu) {
    for (size_t i = 0; i < world.state->missing_count; i++) {
        if (world.state->missing[i] == (int)call) {
            return NVML_FUNCTION_NOT_FOUND;
        }
    }
    for (size_t i = 0; i < world.state->faults_count; i++) {
        struct sim_fault *fault = &world.state->faults[i];
        if (concerns(fault->call, fault->gpu, call, gpu) && (fault->forever || fault->spent < fault->times)) {
            fault->spent++;
            return (int)fault->code;
        }
    }
    return NVML_SUCCESS;
}

static int driver_of(void) {
    if (!world.loaded) {
        return world.bad ? NVML_UNKNOWN : NVML_DRIVER_NOT_LOADED;
    }
    switch ((enum sim_driver_state)world.state->driver.state) {
        case SIM_DRIVER_ABSENT:
            return NVML_DRIVER_NOT_LOADED;
        case SIM_DRIVER_MISMATCH:
            return NVML_LIB_RM_VERSION_MISMATCH;
        case SIM_DRIVER_LOADED:
            break;
    }
    const struct sim_driver *driver = &world.state->driver;
    if (world.library_generation != 0 && driver->generation != world.library_generation &&
        driver->needs == SIM_NEEDS_LIBRARY) {
        return NVML_LIB_RM_VERSION_MISMATCH;
    }
    return NVML_SUCCESS;
}

static int admit(enum sim_call call, const struct sim_gpu *gpu) {
    if (call != SIM_nvmlInit_v2 && world.references == 0) {
        return NVML_UNINITIALIZED;
    }
    int result = driver_of();
    if (result == NVML_SUCCESS && call != SIM_nvmlInit_v2 && world.state->driver.generation != world.init_generation) {
        result = NVML_UNINITIALIZED;
    }
    return result == NVML_SUCCESS ? fault_of(call, gpu) : result;
}

/* Holds the world. A delay ends early when its line goes: a test need not wait for a wedged driver it has freed. */
static void hold_after_delay(enum sim_call call, struct sim_target target, struct sim_device *device, int *resolved) {
    int64_t start = sim_now_ms();
    hold();
    for (;;) {
        refresh();
        *resolved = resolve(target, device);
        int64_t left = start + (int64_t)delay_of(call, device->gpu) - sim_now_ms();
        if (left <= 0) {
            return;
        }
        let_go();
        sleep_ms(left < PAUSE_MS ? (unsigned)left : PAUSE_MS);
        hold();
    }
}

int sim_enter(enum sim_call call, struct sim_target target, struct sim_device *device) {
    struct sim_device unused;
    struct sim_device *found = device == NULL ? &unused : device;
    int resolved;
    hold_after_delay(call, target, found, &resolved);
    int result = admit(call, found->gpu);
    if (result == NVML_SUCCESS) {
        result = resolved;
    }
    if (result != NVML_SUCCESS) {
        let_go();
    }
    return result;
}

int sim_enter_device(enum sim_call call, nvml_device handle, struct sim_device *device) {
    return sim_enter(call, SIM_OF_HANDLE(handle), device);
}

int sim_leave(int result) {
    let_go();
    return result;
}

int sim_world_pause(unsigned ms) {
    let_go();
    sleep_ms(ms);
    hold();
    refresh();
    int result = driver_of();
    if (result == NVML_SUCCESS && (world.references == 0 || world.state->driver.generation != world.init_generation)) {
        result = NVML_UNINITIALIZED;
    }
    return result;
}

static bool adopt_path(void) {
    const char *path = getenv("GPUQ_SIM");
    if (path == NULL || *path == '\0' || strlen(path) >= sizeof world.path) {
        fprintf(stderr, "gpuq simulator: GPUQ_SIM=FILE must name the state file\n");
        return false;
    }
    if (strcmp(path, world.path) != 0) {
        forget_file();
        world.loaded = false;
        world.bad = false;
        memcpy(world.path, path, strlen(path) + 1);
    }
    return true;
}

int sim_world_init(void) {
    hold();
    if (world.references == 0 && !adopt_path()) {
        return sim_leave(NVML_DRIVER_NOT_LOADED);
    }
    let_go();
    int resolved;
    struct sim_device nothing;
    hold_after_delay(SIM_nvmlInit_v2, SIM_OF_NOTHING, &nothing, &resolved);
    int result = world.bad ? NVML_UNKNOWN : admit(SIM_nvmlInit_v2, NULL);
    if (result != NVML_SUCCESS) {
        return sim_leave(result);
    }
    if (world.references++ == 0) {
        /* Not from 0: a handle kept over a reload of this library must not fit by chance. */
        world.epoch = world.epoch == 0 ? (uint64_t)sim_now_ms() : world.epoch + 1;
        world.init_generation = world.state->driver.generation;
        if (world.library_generation == 0) {
            world.library_generation = world.init_generation;
        }
    }
    return sim_leave(NVML_SUCCESS);
}

int sim_world_shutdown(void) {
    hold();
    if (world.references == 0) {
        return sim_leave(NVML_UNINITIALIZED);
    }
    world.references--;
    return sim_leave(NVML_SUCCESS);
}

/* The last reference to the library has gone. */
__attribute__((destructor)) static void close_file(void) {
    forget_file();
}

bool sim_process_listed(struct sim_process *process) {
    if (process->stale) {
        return true;
    }
    if (!process->ghost && sim_process_alive(process->pid, process->start)) {
        process->dead_since_ms = 0;
        return true;
    }
    if (process->dead_since_ms == 0) {
        process->dead_since_ms = sim_now_ms();
    }
    return sim_now_ms() - process->dead_since_ms < (int64_t)world.state->teardown_ms;
}
