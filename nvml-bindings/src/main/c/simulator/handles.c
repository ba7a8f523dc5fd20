/* From handles and names to devices. Everything here holds the world. */
#include "world.h"

#include <string.h>
#include <strings.h>

/* Handles: a tag, the init they are from, a MIG slot plus one, and the identity. */
enum { HANDLE_TAG = 0x5e, EPOCH_MASK = 0xffff, IDENTITIES_MAX = 256 };

/* A handle names a UUID by its place here, so that it follows the GPU when others come or go. */
static char identities[IDENTITIES_MAX][SIM_UUID_MAX];
static size_t identities_count;
static uint64_t epoch;

void sim_handles_expire(void) {
    /* Not from 0: a handle kept over a reload of this library must not fit by chance. */
    epoch = epoch == 0 ? (uint64_t)sim_now_ms() : epoch + 1;
}

static bool identity_of(const char *uuid, size_t *identity) {
    for (size_t i = 0; i < identities_count; i++) {
        if (strcmp(identities[i], uuid) == 0) {
            *identity = i;
            return true;
        }
    }
    if (identities_count == IDENTITIES_MAX) {
        return false;
    }
    *identity = identities_count++;
    memcpy(identities[*identity], uuid, strlen(uuid) + 1);
    return true;
}

nvml_device sim_handle_of(const struct sim_gpu *gpu, const struct sim_mig *mig) {
    size_t identity;
    if (!identity_of(gpu->uuid, &identity)) {
        return NULL;
    }
    uintptr_t slot = mig == NULL ? 0 : (uintptr_t)mig->slot + 1;
    return (nvml_device)((uintptr_t)HANDLE_TAG << 40 | (uintptr_t)(epoch & EPOCH_MASK) << 24 | slot << 16 | identity);
}

static int resolve_handle(nvml_device handle, struct sim_device *device) {
    uintptr_t bits = (uintptr_t)handle;
    size_t identity = bits & 0xffff;
    size_t slot = bits >> 16 & 0xff;
    if (bits >> 40 != HANDLE_TAG || (bits >> 24 & EPOCH_MASK) != (epoch & EPOCH_MASK) ||
        identity >= identities_count) {
        return NVML_INVALID_ARGUMENT;
    }
    device->gpu = sim_gpu_by_uuid(sim_world(), identities[identity]);
    if (device->gpu == NULL) {
        return NVML_GPU_IS_LOST;
    }
    if (slot > 0) {
        device->mig = sim_mig_by_slot(sim_world(), device->gpu->index, (int)slot - 1);
        return device->mig == NULL ? NVML_GPU_IS_LOST : NVML_SUCCESS;
    }
    return NVML_SUCCESS;
}

static int resolve_uuid(const char *uuid, struct sim_device *device) {
    device->gpu = sim_gpu_by_uuid(sim_world(), uuid);
    if (device->gpu == NULL) {
        device->mig = sim_mig_by_uuid(sim_world(), uuid);
        device->gpu = device->mig == NULL ? NULL : sim_gpu_by_index(sim_world(), device->mig->gpu);
    }
    return device->gpu == NULL ? NVML_NOT_FOUND : NVML_SUCCESS;
}

static int resolve_pci(const char *bus_id, struct sim_device *device) {
    for (size_t i = 0; i < sim_world()->gpus_count; i++) {
        if (strcasecmp(sim_world()->gpus[i].pci, bus_id) == 0) {
            device->gpu = &sim_world()->gpus[i];
            return NVML_SUCCESS;
        }
    }
    return NVML_NOT_FOUND;
}

int sim_resolve(struct sim_target target, struct sim_device *device) {
    *device = (struct sim_device){0};
    switch (target.kind) {
        case SIM_NOTHING:
            return NVML_SUCCESS;
        case SIM_HANDLE:
            return resolve_handle(target.handle, device);
        case SIM_INDEX:
            if (target.index >= sim_world()->gpus_count) {
                return NVML_INVALID_ARGUMENT;
            }
            device->gpu = &sim_world()->gpus[target.index];
            return NVML_SUCCESS;
        case SIM_UUID:
            return target.text == NULL ? NVML_INVALID_ARGUMENT : resolve_uuid(target.text, device);
        case SIM_PCI:
            return target.text == NULL ? NVML_INVALID_ARGUMENT : resolve_pci(target.text, device);
    }
    return NVML_INVALID_ARGUMENT;
}
