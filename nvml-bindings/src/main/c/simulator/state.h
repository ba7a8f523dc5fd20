/* The state file, parsed: what the simulated machine looks like. README.md documents its grammar. */
#ifndef GPUQ_SIM_STATE_H
#define GPUQ_SIM_STATE_H

#include "line.h"

#include <sys/types.h>

enum {
    SIM_GPUS_MAX = 64,
    SIM_MIGS_MAX = 256,
    SIM_PROCESSES_MAX = 4096,
    SIM_FAULTS_MAX = 256,
    SIM_DELAYS_MAX = 64,
    SIM_XIDS_MAX = 256,
    SIM_LINKS_MAX = 512,
    SIM_MISSING_MAX = 128,
    SIM_UUID_MAX = 80,
    SIM_NAME_MAX = 96,
    SIM_PCI_MAX = 32,
    SIM_VERSION_MAX = 64,
    SIM_FILE_MAX = 4 << 20,
    SIM_ALL_GPUS = -1,
    SIM_NO_SLOT = -1
};

/* NVML's mark for "not available" in a process's memory, and for "no instance". */
#define SIM_UNAVAILABLE UINT64_MAX
#define SIM_NO_INSTANCE UINT32_MAX

enum sim_driver_state { SIM_DRIVER_LOADED, SIM_DRIVER_ABSENT, SIM_DRIVER_MISMATCH };
enum sim_driver_needs { SIM_NEEDS_INIT, SIM_NEEDS_LIBRARY };
enum sim_kind { SIM_COMPUTE, SIM_GRAPHICS, SIM_MPS };
enum sim_unified { SIM_UNIFIED_NO, SIM_UNIFIED_YES, SIM_UNIFIED_ZERO };

struct sim_driver {
    char version[SIM_VERSION_MAX];
    char nvml[SIM_VERSION_MAX];
    uint64_t cuda;
    uint64_t stride;
    uint64_t generation;
    unsigned state; /* enum sim_driver_state */
    unsigned needs; /* enum sim_driver_needs */
};

struct sim_gpu {
    int index; /* the name other lines use; NVML's index is the rank among the indexes present */
    char uuid[SIM_UUID_MAX];
    char name[SIM_NAME_MAX];
    char pci[SIM_PCI_MAX];
    uint64_t memory, reserved, used;
    unsigned unified; /* enum sim_unified */
    uint64_t util, memory_util;
    int temperature;
    uint64_t power_mw, power_limit_mw, energy_mj;
    uint64_t minor;
    uint64_t clocks_mhz[3]; /* graphics, SM, memory */
    uint64_t clock_reasons;
    unsigned compute_mode;
    bool persistence, ecc, mig;
    uint64_t ecc_corrected, ecc_uncorrected;
    uint64_t remapped_corrected, remapped_uncorrected;
    bool remap_pending, remap_failed;
    unsigned recovery;
    uint64_t numa;
    uint64_t cpus;
};

struct sim_mig {
    int gpu;
    int slot;
    char uuid[SIM_UUID_MAX];
    char name[SIM_NAME_MAX];
    uint64_t memory, gi, ci, gi_slices, ci_slices, multiprocessors;
};

struct sim_process {
    int gpu;
    int slot; /* MIG slot, or SIM_NO_SLOT */
    uint32_t pid;
    uint64_t start; /* /proc/PID/stat's start time in ticks; 0 when the line names none */
    uint64_t memory;
    unsigned kind; /* enum sim_kind */
    bool stale;
    bool util_known;
    uint64_t util;
    /* Not from the file: when this process was first seen dead (CLOCK_MONOTONIC, ms; 0 alive), and
     * whether its line has gone while its teardown still runs. */
    int64_t dead_since_ms;
    bool ghost;
};

struct sim_fault {
    int call;
    int gpu;
    uint64_t code;
    bool forever;
    uint64_t times;
    uint64_t key; /* the line's own text and its how-manieth: the same line keeps its count when the file changes */
    uint64_t spent;
};

struct sim_delay {
    int call;
    int gpu;
    uint64_t ms;
};

struct sim_xid {
    int gpu;
    uint64_t code;
    uint64_t key;
    uint32_t delivered; /* a bit for each event set that has it */
};

/* An NVLink between two GPUs, or from one to a switch. */
struct sim_link {
    int gpu;
    int peer; /* SIM_ALL_GPUS: none, it goes to a switch */
    char remote[SIM_PCI_MAX]; /* the switch's PCI bus id */
    bool active;
};

struct sim_state {
    struct sim_driver driver;
    uint64_t teardown_ms;
    size_t gpus_count, migs_count, processes_count, faults_count, delays_count, xids_count, links_count, missing_count;
    struct sim_gpu gpus[SIM_GPUS_MAX]; /* by index */
    struct sim_mig migs[SIM_MIGS_MAX];
    struct sim_process processes[SIM_PROCESSES_MAX];
    struct sim_fault faults[SIM_FAULTS_MAX];
    struct sim_delay delays[SIM_DELAYS_MAX];
    struct sim_xid xids[SIM_XIDS_MAX];
    struct sim_link links[SIM_LINKS_MAX]; /* in the order of their lines, which numbers them */
    int missing[SIM_MISSING_MAX];
};

/* Reads all of a file. The caller frees *text. */
bool sim_file_read(int fd, char **text, struct sim_error *error);

/* Parses text, which it takes apart. On failure *state is not to be used. */
bool sim_state_parse(char *text, struct sim_state *state, struct sim_error *error);

/* NULL when there is none. */
const struct sim_gpu *sim_gpu_by_index(const struct sim_state *state, int index);
const struct sim_gpu *sim_gpu_by_uuid(const struct sim_state *state, const char *uuid);
const struct sim_mig *sim_mig_by_slot(const struct sim_state *state, int gpu, int slot);
const struct sim_mig *sim_mig_by_uuid(const struct sim_state *state, const char *uuid);

/*
 * Whether the process is there and not merely a zombie, whose memory a driver has taken back. With a
 * start time other than 0, a pid that another process has come to use is not it.
 */
bool sim_process_alive(uint32_t pid, uint64_t start);
/* The start time of a live process in ticks, or 0. */
uint64_t sim_process_start(uint32_t pid);

#endif
