/* Process lists, in every version of their layout. */
#include "world.h"

#include <string.h>
#include <time.h>

enum layout { LAYOUT_V1 = 16, LAYOUT_V2 = 24, LAYOUT_535 = 32 };

static bool belongs(struct sim_process *process, const struct sim_device *device) {
    return process->gpu == device->gpu->index && (device->mig == NULL || process->slot == device->mig->slot) &&
           sim_process_listed(process);
}

static struct nvml_process_535 entry_of(const struct sim_process *process) {
    const struct sim_mig *mig = sim_mig_by_slot(sim_world(), process->gpu, process->slot);
    return (struct nvml_process_535){
        .base = {.pid = process->pid,
                 .used_memory = process->memory,
                 .gpu_instance = mig == NULL ? SIM_NO_INSTANCE : (uint32_t)mig->gi,
                 .compute_instance = mig == NULL ? SIM_NO_INSTANCE : (uint32_t)mig->ci},
    };
}

static void put(void *out, size_t at, enum layout layout, const struct sim_process *process) {
    struct nvml_process_535 entry = entry_of(process);
    char *place = (char *)out + at * layout;
    if (layout == LAYOUT_V1) {
        struct nvml_process_v1 old = {.pid = entry.base.pid, .used_memory = entry.base.used_memory};
        memcpy(place, &old, sizeof old);
    } else {
        memcpy(place, &entry, layout); /* the 24 bytes are the first of the 32 */
    }
}

/* Too small a buffer, also none, is INSUFFICIENT_SIZE with the count that is needed. */
static int list(enum sim_call call, nvml_device handle, enum sim_kind kind, enum layout wanted, uint32_t *count,
                void *out) {
    struct sim_device device;
    int result = sim_enter_device(call, handle, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (count == NULL) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    struct sim_state *state = sim_world();
    enum layout layout = wanted == LAYOUT_535 && state->driver.stride == LAYOUT_V2 ? LAYOUT_V2 : wanted;
    uint32_t capacity = out == NULL ? 0 : *count;
    uint32_t found = 0;
    for (size_t i = 0; i < state->processes_count; i++) {
        struct sim_process *process = &state->processes[i];
        if (process->kind == kind && belongs(process, &device)) {
            if (found < capacity) {
                put(out, found, layout, process);
            }
            found++;
        }
    }
    *count = found;
    return sim_leave(found > capacity ? NVML_INSUFFICIENT_SIZE : NVML_SUCCESS);
}

int nvmlDeviceGetComputeRunningProcesses_v3(nvml_device device, uint32_t *count, void *out) {
    return list(SIM_nvmlDeviceGetComputeRunningProcesses_v3, device, SIM_COMPUTE, LAYOUT_535, count, out);
}

int nvmlDeviceGetComputeRunningProcesses_v2(nvml_device device, uint32_t *count, void *out) {
    return list(SIM_nvmlDeviceGetComputeRunningProcesses_v2, device, SIM_COMPUTE, LAYOUT_V2, count, out);
}

int nvmlDeviceGetComputeRunningProcesses(nvml_device device, uint32_t *count, void *out) {
    return list(SIM_nvmlDeviceGetComputeRunningProcesses, device, SIM_COMPUTE, LAYOUT_V1, count, out);
}

int nvmlDeviceGetGraphicsRunningProcesses_v3(nvml_device device, uint32_t *count, void *out) {
    return list(SIM_nvmlDeviceGetGraphicsRunningProcesses_v3, device, SIM_GRAPHICS, LAYOUT_535, count, out);
}

int nvmlDeviceGetGraphicsRunningProcesses_v2(nvml_device device, uint32_t *count, void *out) {
    return list(SIM_nvmlDeviceGetGraphicsRunningProcesses_v2, device, SIM_GRAPHICS, LAYOUT_V2, count, out);
}

int nvmlDeviceGetGraphicsRunningProcesses(nvml_device device, uint32_t *count, void *out) {
    return list(SIM_nvmlDeviceGetGraphicsRunningProcesses, device, SIM_GRAPHICS, LAYOUT_V1, count, out);
}

int nvmlDeviceGetMPSComputeRunningProcesses_v3(nvml_device device, uint32_t *count, void *out) {
    return list(SIM_nvmlDeviceGetMPSComputeRunningProcesses_v3, device, SIM_MPS, LAYOUT_535, count, out);
}

int nvmlDeviceGetMPSComputeRunningProcesses_v2(nvml_device device, uint32_t *count, void *out) {
    return list(SIM_nvmlDeviceGetMPSComputeRunningProcesses_v2, device, SIM_MPS, LAYOUT_V2, count, out);
}

int nvmlDeviceGetMPSComputeRunningProcesses(nvml_device device, uint32_t *count, void *out) {
    return list(SIM_nvmlDeviceGetMPSComputeRunningProcesses, device, SIM_MPS, LAYOUT_V1, count, out);
}

int nvmlDeviceGetRunningProcessDetailList(nvml_device handle, void *details) {
    (void)details;
    struct sim_device device;
    int result = sim_enter_device(SIM_nvmlDeviceGetRunningProcessDetailList, handle, &device);
    return result != NVML_SUCCESS ? result : sim_leave(NVML_NOT_SUPPORTED);
}

static uint64_t now_us(void) {
    struct timespec now;
    return clock_gettime(CLOCK_REALTIME, &now) != 0 ? 0
                                                    : (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* One sample a call for each process whose line gives util=. */
int nvmlDeviceGetProcessUtilization(nvml_device handle, struct nvml_process_sample *samples, uint32_t *count,
                                    uint64_t last_seen_us) {
    struct sim_device device;
    int result = sim_enter_device(SIM_nvmlDeviceGetProcessUtilization, handle, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (count == NULL) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    uint64_t now = now_us();
    uint32_t capacity = samples == NULL ? 0 : *count;
    uint32_t found = 0;
    struct sim_state *state = sim_world();
    for (size_t i = 0; now > last_seen_us && i < state->processes_count; i++) {
        struct sim_process *process = &state->processes[i];
        if (process->util_known && belongs(process, &device)) {
            if (found < capacity) {
                samples[found] = (struct nvml_process_sample){
                    .pid = process->pid, .timestamp_us = now, .sm = (uint32_t)process->util};
            }
            found++;
        }
    }
    *count = found;
    if (found == 0) {
        return sim_leave(NVML_NOT_FOUND);
    }
    return sim_leave(found > capacity ? NVML_INSUFFICIENT_SIZE : NVML_SUCCESS);
}
