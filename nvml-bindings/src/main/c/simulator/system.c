/* Start, end, versions, and finding devices. */
#include "world.h"

#include <string.h>

const char *sim_call_name(size_t call) {
    static const char *const names[] = {
#define SIM_NAME(name) #name,
        SIM_CALLS(SIM_NAME)
#undef SIM_NAME
    };
    return names[call];
}

int nvmlInit_v2(void) {
    return sim_world_init();
}

int nvmlShutdown(void) {
    return sim_world_shutdown();
}

const char *nvmlErrorString(int result) {
    switch (result) {
        case NVML_SUCCESS:
            return "simulated: success";
        case NVML_UNINITIALIZED:
            return "simulated: not initialised";
        case NVML_INVALID_ARGUMENT:
            return "simulated: invalid argument";
        case NVML_NOT_SUPPORTED:
            return "simulated: not supported";
        case NVML_NOT_FOUND:
            return "simulated: not found";
        case NVML_INSUFFICIENT_SIZE:
            return "simulated: insufficient size";
        case NVML_DRIVER_NOT_LOADED:
            return "simulated: driver not loaded";
        case NVML_TIMEOUT:
            return "simulated: timeout";
        case NVML_FUNCTION_NOT_FOUND:
            return "simulated: function not found";
        case NVML_GPU_IS_LOST:
            return "simulated: GPU is lost";
        case NVML_LIB_RM_VERSION_MISMATCH:
            return "simulated: driver and library versions differ";
        case NVML_ARGUMENT_VERSION_MISMATCH:
            return "simulated: argument version mismatch";
        default:
            return "simulated: unknown error";
    }
}

static int copy_text(const char *text, char *out, uint32_t length) {
    if (out == NULL) {
        return NVML_INVALID_ARGUMENT;
    }
    size_t needed = strlen(text) + 1;
    if (length < needed) {
        return NVML_INSUFFICIENT_SIZE;
    }
    memcpy(out, text, needed);
    return NVML_SUCCESS;
}

int nvmlSystemGetDriverVersion(char *version, uint32_t length) {
    int result = sim_enter(SIM_nvmlSystemGetDriverVersion, SIM_OF_NOTHING, NULL);
    return result != NVML_SUCCESS ? result : sim_leave(copy_text(sim_world()->driver.version, version, length));
}

int nvmlSystemGetNVMLVersion(char *version, uint32_t length) {
    int result = sim_enter(SIM_nvmlSystemGetNVMLVersion, SIM_OF_NOTHING, NULL);
    return result != NVML_SUCCESS ? result : sim_leave(copy_text(sim_world()->driver.nvml, version, length));
}

int nvmlSystemGetCudaDriverVersion(int *version) {
    int result = sim_enter(SIM_nvmlSystemGetCudaDriverVersion, SIM_OF_NOTHING, NULL);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (version == NULL) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    *version = (int)sim_world()->driver.cuda;
    return sim_leave(NVML_SUCCESS);
}

int nvmlDeviceGetCount_v2(uint32_t *count) {
    int result = sim_enter(SIM_nvmlDeviceGetCount_v2, SIM_OF_NOTHING, NULL);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (count == NULL) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    *count = (uint32_t)sim_world()->gpus_count;
    return sim_leave(NVML_SUCCESS);
}

static int find(enum sim_call call, struct sim_target target, nvml_device *out) {
    struct sim_device device;
    int result = sim_enter(call, target, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (out == NULL) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    *out = sim_handle_of(device.gpu, device.mig);
    return sim_leave(*out == NULL ? NVML_MEMORY : NVML_SUCCESS);
}

int nvmlDeviceGetHandleByIndex_v2(uint32_t index, nvml_device *device) {
    return find(SIM_nvmlDeviceGetHandleByIndex_v2, (struct sim_target){.kind = SIM_INDEX, .index = index}, device);
}

int nvmlDeviceGetHandleByUUID(const char *uuid, nvml_device *device) {
    return find(SIM_nvmlDeviceGetHandleByUUID, (struct sim_target){.kind = SIM_UUID, .text = uuid}, device);
}

int nvmlDeviceGetHandleByPciBusId_v2(const char *bus_id, nvml_device *device) {
    return find(SIM_nvmlDeviceGetHandleByPciBusId_v2, (struct sim_target){.kind = SIM_PCI, .text = bus_id}, device);
}

static int read_text(enum sim_call call, nvml_device handle, char *out, uint32_t length,
                     const char *(*text)(const struct sim_device *)) {
    struct sim_device device;
    int result = sim_enter_device(call, handle, &device);
    return result != NVML_SUCCESS ? result : sim_leave(copy_text(text(&device), out, length));
}

static const char *uuid_of(const struct sim_device *device) {
    return device->mig == NULL ? device->gpu->uuid : device->mig->uuid;
}

static const char *name_of(const struct sim_device *device) {
    return device->mig == NULL ? device->gpu->name : device->mig->name;
}

int nvmlDeviceGetUUID(nvml_device device, char *uuid, uint32_t length) {
    return read_text(SIM_nvmlDeviceGetUUID, device, uuid, length, uuid_of);
}

int nvmlDeviceGetName(nvml_device device, char *name, uint32_t length) {
    return read_text(SIM_nvmlDeviceGetName, device, name, length, name_of);
}
