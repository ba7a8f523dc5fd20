/* Multi-instance GPUs. */
#include "world.h"

enum { MIG_SLOTS = 7 };

int nvmlDeviceGetMigMode(nvml_device handle, uint32_t *current, uint32_t *pending) {
    struct sim_device device;
    int result = sim_enter_device(SIM_nvmlDeviceGetMigMode, handle, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (current == NULL || pending == NULL) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    *current = *pending = device.gpu->mig;
    return sim_leave(NVML_SUCCESS);
}

int nvmlDeviceGetMaxMigDeviceCount(nvml_device handle, uint32_t *count) {
    struct sim_device device;
    int result = sim_enter_device(SIM_nvmlDeviceGetMaxMigDeviceCount, handle, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (count == NULL) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    *count = device.gpu->mig ? MIG_SLOTS : 0;
    return sim_leave(NVML_SUCCESS);
}

int nvmlDeviceGetMigDeviceHandleByIndex(nvml_device handle, uint32_t index, nvml_device *out) {
    struct sim_device device;
    int result = sim_enter_device(SIM_nvmlDeviceGetMigDeviceHandleByIndex, handle, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (out == NULL || index >= MIG_SLOTS || device.mig != NULL) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    const struct sim_mig *mig = sim_mig_by_slot(sim_world(), device.gpu->index, (int)index);
    if (!device.gpu->mig || mig == NULL) {
        return sim_leave(NVML_NOT_FOUND);
    }
    *out = sim_handle_of(device.gpu, mig);
    return sim_leave(*out == NULL ? NVML_MEMORY : NVML_SUCCESS);
}

int nvmlDeviceGetDeviceHandleFromMigDeviceHandle(nvml_device handle, nvml_device *out) {
    struct sim_device device;
    int result = sim_enter_device(SIM_nvmlDeviceGetDeviceHandleFromMigDeviceHandle, handle, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (out == NULL || device.mig == NULL) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    *out = sim_handle_of(device.gpu, NULL);
    return sim_leave(*out == NULL ? NVML_MEMORY : NVML_SUCCESS);
}

static int instance_id(enum sim_call call, nvml_device handle, bool of_gpu, uint32_t *id) {
    struct sim_device device;
    int result = sim_enter_device(call, handle, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (id == NULL) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    if (device.mig == NULL) {
        return sim_leave(NVML_NOT_SUPPORTED);
    }
    *id = (uint32_t)(of_gpu ? device.mig->gi : device.mig->ci);
    return sim_leave(NVML_SUCCESS);
}

int nvmlDeviceGetGpuInstanceId(nvml_device device, uint32_t *id) {
    return instance_id(SIM_nvmlDeviceGetGpuInstanceId, device, true, id);
}

int nvmlDeviceGetComputeInstanceId(nvml_device device, uint32_t *id) {
    return instance_id(SIM_nvmlDeviceGetComputeInstanceId, device, false, id);
}

int nvmlDeviceGetAttributes_v2(nvml_device handle, struct nvml_device_attributes *attributes) {
    struct sim_device device;
    int result = sim_enter_device(SIM_nvmlDeviceGetAttributes_v2, handle, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (attributes == NULL) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    if (device.mig == NULL) {
        return sim_leave(NVML_NOT_SUPPORTED);
    }
    *attributes = (struct nvml_device_attributes){
        .multiprocessors = (uint32_t)device.mig->multiprocessors,
        .copy_engines = 1,
        .gpu_instance_slices = (uint32_t)device.mig->gi_slices,
        .compute_instance_slices = (uint32_t)device.mig->ci_slices,
        .memory_mb = device.mig->memory >> 20,
    };
    return sim_leave(NVML_SUCCESS);
}
