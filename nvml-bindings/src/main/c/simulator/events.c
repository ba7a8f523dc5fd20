/* Event sets, and the XIDs that the state file queues. */
#include "world.h"

#include <string.h>

enum { SETS_MAX = 16, UUIDS_MAX = SIM_GPUS_MAX, SET_TAG = 0x7e, WAIT_STEP_MS = 20 };

static struct {
    bool used;
    size_t count;
    char uuids[UUIDS_MAX][SIM_UUID_MAX];
} sets[SETS_MAX];

/* A set is a number in a pointer's clothes, as a device is. */
static bool set_of(nvml_event_set handle, size_t *set) {
    uintptr_t bits = (uintptr_t)handle;
    *set = bits & 0xff;
    return bits >> 8 == SET_TAG && *set < SETS_MAX && sets[*set].used;
}

int nvmlEventSetCreate(nvml_event_set *out) {
    int result = sim_enter(SIM_nvmlEventSetCreate, SIM_OF_NOTHING, NULL);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (out == NULL) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    for (size_t i = 0; i < SETS_MAX; i++) {
        if (!sets[i].used) {
            sets[i].used = true;
            sets[i].count = 0;
            struct sim_state *state = sim_world();
            for (size_t j = 0; j < state->xids_count; j++) {
                state->xids[j].delivered &= ~(UINT32_C(1) << i);
            }
            *out = (nvml_event_set)((uintptr_t)SET_TAG << 8 | i);
            return sim_leave(NVML_SUCCESS);
        }
    }
    return sim_leave(NVML_MEMORY);
}

static bool registered(size_t set, const char *uuid) {
    for (size_t i = 0; i < sets[set].count; i++) {
        if (strcmp(sets[set].uuids[i], uuid) == 0) {
            return true;
        }
    }
    return false;
}

int nvmlDeviceRegisterEvents(nvml_device handle, uint64_t types, nvml_event_set set_handle) {
    struct sim_device device;
    int result = sim_enter_device(SIM_nvmlDeviceRegisterEvents, handle, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    size_t set;
    if (!set_of(set_handle, &set)) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    if (device.mig != NULL || (types & ~(uint64_t)NVML_EVENT_XID) != 0) {
        return sim_leave(NVML_NOT_SUPPORTED);
    }
    if (types != 0 && !registered(set, device.gpu->uuid)) {
        if (sets[set].count == UUIDS_MAX) {
            return sim_leave(NVML_MEMORY);
        }
        memcpy(sets[set].uuids[sets[set].count++], device.gpu->uuid, sizeof device.gpu->uuid);
    }
    return sim_leave(NVML_SUCCESS);
}

static bool next_event(size_t set, struct nvml_event_data *data) {
    struct sim_state *state = sim_world();
    uint32_t bit = UINT32_C(1) << set;
    for (size_t i = 0; i < state->xids_count; i++) {
        struct sim_xid *xid = &state->xids[i];
        const struct sim_gpu *gpu = sim_gpu_by_index(state, xid->gpu);
        if ((xid->delivered & bit) == 0 && gpu != NULL && registered(set, gpu->uuid)) {
            xid->delivered |= bit;
            *data = (struct nvml_event_data){
                .device = sim_handle_of(gpu, NULL),
                .type = NVML_EVENT_XID,
                .data = xid->code,
                .gpu_instance = SIM_NO_INSTANCE,
                .compute_instance = SIM_NO_INSTANCE,
            };
            return true;
        }
    }
    return false;
}

int nvmlEventSetWait_v2(nvml_event_set set_handle, struct nvml_event_data *data, uint32_t timeout_ms) {
    int64_t end = sim_now_ms() + timeout_ms;
    int result = sim_enter(SIM_nvmlEventSetWait_v2, SIM_OF_NOTHING, NULL);
    if (result != NVML_SUCCESS) {
        return result;
    }
    for (;;) {
        size_t set; /* looked up each time: it may be freed while this waits */
        if (data == NULL || !set_of(set_handle, &set)) {
            return sim_leave(NVML_INVALID_ARGUMENT);
        }
        if (next_event(set, data)) {
            return sim_leave(NVML_SUCCESS);
        }
        int64_t left = end - sim_now_ms();
        if (left <= 0) {
            return sim_leave(NVML_TIMEOUT);
        }
        result = sim_world_pause(left < WAIT_STEP_MS ? (unsigned)left : WAIT_STEP_MS);
        if (result != NVML_SUCCESS) {
            return sim_leave(result);
        }
    }
}

int nvmlEventSetFree(nvml_event_set set_handle) {
    int result = sim_enter(SIM_nvmlEventSetFree, SIM_OF_NOTHING, NULL);
    if (result != NVML_SUCCESS) {
        return result;
    }
    size_t set;
    if (!set_of(set_handle, &set)) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    sets[set].used = false;
    return sim_leave(NVML_SUCCESS);
}
