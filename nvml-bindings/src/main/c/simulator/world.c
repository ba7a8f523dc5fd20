#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PAUSE_MS = 20 };

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
    uint64_t init_generation;    /* the driver's at init */
    uint64_t library_generation; /* the driver's when this library was first initialised */
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
        sim_carry_over(world.state, world.spare);
    }
    struct sim_state *old = world.state;
    world.state = world.spare;
    world.spare = old;
    world.loaded = true;
}

struct sim_state *sim_world(void) {
    return world.state;
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
        *resolved = sim_resolve(target, device);
        int64_t left = start + (int64_t)delay_of(call, device->gpu) - sim_now_ms();
        if (left <= 0) {
            return;
        }
        let_go();
        sleep_ms(left < PAUSE_MS ? (unsigned)left : PAUSE_MS);
        hold();
    }
}

/* How often each call came, since the library was loaded. Guarded by the world's lock. */
static uint64_t calls_so_far[SIM_CALL_COUNT];

uint64_t nvmlSimulatorCalls(const char *name) {
    uint64_t count = UINT64_MAX;
    hold();
    for (size_t i = 0; i < SIM_CALL_COUNT; i++) {
        if (strcmp(sim_call_name(i), name) == 0) {
            count = calls_so_far[i];
        }
    }
    let_go();
    return count;
}

int sim_enter(enum sim_call call, struct sim_target target, struct sim_device *device) {
    struct sim_device unused;
    struct sim_device *found = device == NULL ? &unused : device;
    int resolved;
    hold_after_delay(call, target, found, &resolved);
    calls_so_far[call]++;
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
        sim_handles_expire();
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
