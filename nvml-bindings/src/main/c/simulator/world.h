/*
 * The library's live view of the simulated machine: the state file as it is now, this process's place in
 * it (initialised or not, which driver generation), and one way in and out for every exported call.
 */
#ifndef GPUQ_SIM_WORLD_H
#define GPUQ_SIM_WORLD_H

#include "abi.h"
#include "calls.h"
#include "state.h"

/* What a handle or a look-up names. mig is NULL for a whole GPU. */
struct sim_device {
    const struct sim_gpu *gpu;
    const struct sim_mig *mig;
};

enum sim_target_kind { SIM_NOTHING, SIM_HANDLE, SIM_INDEX, SIM_UUID, SIM_PCI };

struct sim_target {
    enum sim_target_kind kind;
    nvml_device handle;
    uint32_t index;
    const char *text;
};

#define SIM_OF_NOTHING ((struct sim_target){.kind = SIM_NOTHING})
#define SIM_OF_HANDLE(device) ((struct sim_target){.kind = SIM_HANDLE, .handle = (device)})

/*
 * Every exported call but init, shutdown and the error string begins here: it waits as the state file's
 * delays say, reads that file again if it has changed, and answers with the code the call ends with, or
 * NVML_SUCCESS and the world held; then the call ends with sim_leave. device may be NULL for SIM_NOTHING.
 */
int sim_enter(enum sim_call call, struct sim_target target, struct sim_device *device);
int sim_leave(int result);

/* For the device calls, which are most. */
int sim_enter_device(enum sim_call call, nvml_device handle, struct sim_device *device);

int sim_world_init(void);
int sim_world_shutdown(void);

/* The rest is for calls that hold the world. */
struct sim_state *sim_world(void);
/* Looks at the file again; for calls that wait. The world is let go for `ms` in between. */
int sim_world_pause(unsigned ms);
int sim_resolve(struct sim_target target, struct sim_device *device);
/* Makes every handle there is invalid, as initialising does. */
void sim_handles_expire(void);
/* Takes what the file does not say over from the state before: counts of faults, XIDs delivered, deaths seen. */
void sim_carry_over(struct sim_state *old, struct sim_state *new);
nvml_device sim_handle_of(const struct sim_gpu *gpu, const struct sim_mig *mig);
unsigned sim_rank_of(const struct sim_gpu *gpu);
/* Whether NVML would list it: alive, or dead for less than the teardown. */
bool sim_process_listed(struct sim_process *process);
int64_t sim_now_ms(void);
const char *sim_call_name(size_t call);
/* Fills in what a bus id says; NVML_UNKNOWN when it is none. */
int sim_pci_info(const char *bus_id, struct nvml_pci_info *pci);

#endif
