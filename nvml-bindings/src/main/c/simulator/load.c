/*
 * gpuq-sim-load MEMORY SECONDS: stands for a CUDA program on the simulated GPUs.
 *
 * It enters its own pid and memory on every GPU that CUDA_VISIBLE_DEVICES names, waits, and leaves; also
 * on SIGTERM, SIGINT and SIGHUP, whose default then takes its course. Killed with SIGKILL it leaves its
 * line behind, which no longer counts, and which the next writer takes out.
 */
#include "edit.h"
#include "visible.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, LINE_MAX_BYTES = 160, UTIL_PERCENT = 90 };

struct load {
    const char *file;
    uint64_t memory;
    uint64_t start;
    struct sim_state state;
    struct sim_visible visible;
};

static double gib(uint64_t bytes) {
    return (double)bytes / (double)(UINT64_C(1) << 30);
}

/* What is left for one more process there, as the driver would count it. */
static uint64_t available(const struct sim_state *state, const struct sim_place *place) {
    const struct sim_gpu *gpu = place->gpu;
    uint64_t total = place->mig == NULL ? gpu->memory : place->mig->memory;
    uint64_t taken = place->mig == NULL ? gpu->reserved + gpu->used : 0;
    for (size_t i = 0; i < state->processes_count; i++) {
        const struct sim_process *process = &state->processes[i];
        bool here = process->gpu == gpu->index && (place->mig == NULL || process->slot == place->mig->slot);
        if (here && process->memory != SIM_UNAVAILABLE &&
            (process->stale || sim_process_alive(process->pid, process->start))) {
            taken += process->memory;
        }
    }
    return taken < total ? total - taken : 0;
}

static bool fits(const struct load *load, const struct sim_place *place) {
    if (place->gpu->unified != SIM_UNIFIED_NO) {
        return true; /* the machine's memory, which is not ours to count */
    }
    uint64_t free_bytes = available(&load->state, place);
    if (load->memory <= free_bytes) {
        return true;
    }
    fprintf(stderr,
            "gpuq-sim-load: CUDA error: out of memory (cudaErrorMemoryAllocation): tried to allocate %.2f GiB on GPU "
            "%u (%s), %.2f GiB free\n",
            gib(load->memory), place->rank, place->mig == NULL ? place->gpu->uuid : place->mig->uuid,
            gib(free_bytes));
    return false;
}

static bool enter(struct sim_edit *edit, struct load *load) {
    for (size_t i = 0; i < load->visible.count; i++) {
        const struct sim_place *place = &load->visible.places[i];
        if (!fits(load, place)) {
            return false;
        }
        char line[LINE_MAX_BYTES];
        char mig[16] = "";
        if (place->mig != NULL && snprintf(mig, sizeof mig, " mig=%d", place->mig->slot) < 0) {
            return false;
        }
        int length = snprintf(line, sizeof line,
                              "process gpu=%d%s pid=%ld memory=%" PRIu64 "B kind=compute util=%d start=%" PRIu64 "\n",
                              place->gpu->index, mig, (long)getpid(), load->memory, UTIL_PERCENT, load->start);
        if (length < 0 || (size_t)length >= sizeof line || !sim_edit_append(edit, line)) {
            fprintf(stderr, "gpuq-sim-load: no memory for the state file\n");
            return false;
        }
    }
    return true;
}

static bool come(struct load *load) {
    struct sim_edit edit;
    struct sim_error error;
    if (!sim_edit_begin(&edit, load->file, &load->state, &error)) {
        fprintf(stderr, "gpuq-sim-load: %s: %s\n", load->file, error.text);
        return false;
    }
    bool good = sim_visible(&load->state, getenv("CUDA_VISIBLE_DEVICES"), &load->visible, &error);
    if (!good) {
        fprintf(stderr, "gpuq-sim-load: CUDA error: %s\n", error.text);
    }
    good = good && enter(&edit, load);
    if (!good) {
        sim_edit_abandon(&edit);
        return false;
    }
    if (!sim_edit_finish(&edit, &error)) {
        fprintf(stderr, "gpuq-sim-load: %s: %s\n", load->file, error.text);
        return false;
    }
    return true;
}

static bool leave(struct load *load) {
    struct sim_edit edit;
    struct sim_error error;
    if (!sim_edit_begin(&edit, load->file, &load->state, &error)) {
        fprintf(stderr, "gpuq-sim-load: %s: %s\n", load->file, error.text);
        return false;
    }
    sim_edit_drop_process(&edit, (uint32_t)getpid());
    if (!sim_edit_finish(&edit, &error)) {
        fprintf(stderr, "gpuq-sim-load: %s: %s\n", load->file, error.text);
        return false;
    }
    return true;
}

/* The signal that ended the wait, 0 when the time was over. The signals are blocked, so none is lost in between. */
static int wait_for(const sigset_t *ends, uint64_t ms) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        abort(); /* cannot happen on Linux */
    }
    uint64_t end = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000 + ms;
    for (;;) {
        if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
            abort();
        }
        uint64_t at = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
        uint64_t left = at < end ? end - at : 0;
        struct timespec timeout = {.tv_sec = (time_t)(left / 1000), .tv_nsec = (long)(left % 1000) * 1000000};
        int signal_number = sigtimedwait(ends, NULL, &timeout);
        if (signal_number > 0) {
            return signal_number;
        }
        if (errno == EAGAIN) {
            return 0;
        }
    }
}

static int usage(void) {
    fprintf(stderr,
            "usage: GPUQ_SIM=FILE gpuq-sim-load MEMORY SECONDS\n"
            "  MEMORY   a size with its unit, 21GiB or 512MiB, taken on each visible GPU\n"
            "  SECONDS  how long, 1.5 say\n"
            "CUDA_VISIBLE_DEVICES names the GPUs, by index or UUID; without it all are taken.\n");
    return EXIT_USAGE;
}

int main(int argc, char **argv) {
    static struct load load;
    uint64_t ms;
    load.file = getenv("GPUQ_SIM");
    if (argc != 3 || !sim_size_parse(argv[1], &load.memory) || !sim_milli_parse(argv[2], &ms)) {
        return usage();
    }
    if (load.file == NULL || *load.file == '\0') {
        fprintf(stderr, "gpuq-sim-load: CUDA error: no CUDA-capable device is detected (GPUQ_SIM names no state file)\n");
        return EXIT_FAILURE;
    }
    load.start = sim_process_start((uint32_t)getpid());

    sigset_t ends;
    if (sigemptyset(&ends) != 0 || sigaddset(&ends, SIGTERM) != 0 || sigaddset(&ends, SIGINT) != 0 ||
        sigaddset(&ends, SIGHUP) != 0 || sigprocmask(SIG_BLOCK, &ends, NULL) != 0) {
        fprintf(stderr, "gpuq-sim-load: cannot block signals: %s\n", strerror(errno));
        return EXIT_FAILURE;
    }
    if (!come(&load)) {
        return EXIT_FAILURE;
    }
    int ended_by = wait_for(&ends, ms);
    bool left = leave(&load);
    if (ended_by != 0) {
        if (signal(ended_by, SIG_DFL) != SIG_ERR && sigprocmask(SIG_UNBLOCK, &ends, NULL) == 0) {
            (void)raise(ended_by);
        }
        return 128 + ended_by; /* the signal's default did not end us */
    }
    return left ? EXIT_SUCCESS : EXIT_FAILURE;
}
