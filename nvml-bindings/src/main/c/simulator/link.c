/* NVLinks. A GPU's links are numbered in the order of the lines that name it. */
#include "world.h"

#include <stdio.h>
#include <string.h>

enum { LINKS_A_GPU = 18 };

/* NULL when the GPU has no link of that number; *any tells whether it has one at all. */
static const struct sim_link *find(const struct sim_gpu *gpu, uint32_t number, bool *any) {
    const struct sim_state *state = sim_world();
    uint32_t seen = 0;
    *any = false;
    for (size_t i = 0; i < state->links_count; i++) {
        const struct sim_link *link = &state->links[i];
        if (link->gpu == gpu->index || link->peer == gpu->index) {
            *any = true;
            if (seen++ == number) {
                return link;
            }
        }
    }
    return NULL;
}

static int enter(enum sim_call call, nvml_device handle, uint32_t number, const struct sim_link **link,
                 struct sim_device *device) {
    int result = sim_enter_device(call, handle, device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    bool any;
    *link = find(device->gpu, number, &any);
    if (device->mig != NULL || !any) {
        return sim_leave(NVML_NOT_SUPPORTED);
    }
    return *link == NULL || number >= LINKS_A_GPU ? sim_leave(NVML_INVALID_ARGUMENT) : NVML_SUCCESS;
}

int nvmlDeviceGetNvLinkState(nvml_device handle, uint32_t number, uint32_t *active) {
    struct sim_device device;
    const struct sim_link *link;
    int result = enter(SIM_nvmlDeviceGetNvLinkState, handle, number, &link, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (active == NULL) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    *active = link->active;
    return sim_leave(NVML_SUCCESS);
}

int nvmlDeviceGetNvLinkRemotePciInfo_v2(nvml_device handle, uint32_t number, struct nvml_pci_info *pci) {
    struct sim_device device;
    const struct sim_link *link;
    int result = enter(SIM_nvmlDeviceGetNvLinkRemotePciInfo_v2, handle, number, &link, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (pci == NULL) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    const struct sim_gpu *peer = sim_gpu_by_index(sim_world(), link->gpu == device.gpu->index ? link->peer : link->gpu);
    if (link->peer != SIM_ALL_GPUS && peer == NULL) {
        return sim_leave(NVML_NOT_SUPPORTED);
    }
    return sim_leave(sim_pci_info(peer == NULL ? link->remote : peer->pci, pci));
}
