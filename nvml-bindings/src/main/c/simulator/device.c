/* What one GPU says about itself. */
#include "world.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Ends a call that answers with one number; a MIG slice has none of these. */
#define SIM_READ(call, handle, out, expression)                                \
    do {                                                                       \
        struct sim_device device;                                              \
        int entered = sim_enter_device((call), (handle), &device);             \
        if (entered != NVML_SUCCESS) {                                         \
            return entered;                                                    \
        }                                                                      \
        if ((out) == NULL) {                                                   \
            return sim_leave(NVML_INVALID_ARGUMENT);                           \
        }                                                                      \
        if (device.mig != NULL) {                                              \
            return sim_leave(NVML_NOT_SUPPORTED);                              \
        }                                                                      \
        *(out) = (expression);                                                 \
        return sim_leave(NVML_SUCCESS);                                        \
    } while (0)

int nvmlDeviceGetMinorNumber(nvml_device handle, uint32_t *minor) {
    SIM_READ(SIM_nvmlDeviceGetMinorNumber, handle, minor, (uint32_t)device.gpu->minor);
}

int nvmlDeviceGetIndex(nvml_device handle, uint32_t *index) {
    SIM_READ(SIM_nvmlDeviceGetIndex, handle, index, sim_rank_of(device.gpu));
}

int nvmlDeviceGetPowerUsage(nvml_device handle, uint32_t *milliwatts) {
    SIM_READ(SIM_nvmlDeviceGetPowerUsage, handle, milliwatts, (uint32_t)device.gpu->power_mw);
}

int nvmlDeviceGetEnforcedPowerLimit(nvml_device handle, uint32_t *milliwatts) {
    SIM_READ(SIM_nvmlDeviceGetEnforcedPowerLimit, handle, milliwatts, (uint32_t)device.gpu->power_limit_mw);
}

int nvmlDeviceGetTotalEnergyConsumption(nvml_device handle, uint64_t *millijoules) {
    SIM_READ(SIM_nvmlDeviceGetTotalEnergyConsumption, handle, millijoules, device.gpu->energy_mj);
}

int nvmlDeviceGetCurrentClocksEventReasons(nvml_device handle, uint64_t *reasons) {
    SIM_READ(SIM_nvmlDeviceGetCurrentClocksEventReasons, handle, reasons, device.gpu->clock_reasons);
}

int nvmlDeviceGetCurrentClocksThrottleReasons(nvml_device handle, uint64_t *reasons) {
    SIM_READ(SIM_nvmlDeviceGetCurrentClocksThrottleReasons, handle, reasons, device.gpu->clock_reasons);
}

int nvmlDeviceGetComputeMode(nvml_device handle, uint32_t *mode) {
    SIM_READ(SIM_nvmlDeviceGetComputeMode, handle, mode, device.gpu->compute_mode);
}

int nvmlDeviceGetPersistenceMode(nvml_device handle, uint32_t *enabled) {
    SIM_READ(SIM_nvmlDeviceGetPersistenceMode, handle, enabled, device.gpu->persistence);
}

int nvmlDeviceGetSupportedEventTypes(nvml_device handle, uint64_t *types) {
    SIM_READ(SIM_nvmlDeviceGetSupportedEventTypes, handle, types, NVML_EVENT_XID);
}

int sim_pci_info(const char *bus_id, struct nvml_pci_info *pci) {
    memset(pci, 0, sizeof *pci);
    unsigned domain, bus, slot, function;
    if (sscanf(bus_id, "%8x:%2x:%2x.%1x", &domain, &bus, &slot, &function) != 4) {
        return NVML_UNKNOWN;
    }
    pci->domain = domain;
    pci->bus = bus;
    pci->device = slot;
    pci->pci_device_id = 0x233010de;
    pci->pci_subsystem_id = 0x16c110de;
    int legacy = snprintf(pci->bus_id_legacy, sizeof pci->bus_id_legacy, "%04X:%02X:%02X.%X", domain & 0xffff,
                          bus & 0xff, slot & 0xff, function & 0xf);
    int modern = snprintf(pci->bus_id, sizeof pci->bus_id, "%08X:%02X:%02X.%X", domain, bus, slot, function);
    return legacy < 0 || modern < 0 ? NVML_UNKNOWN : NVML_SUCCESS;
}

int nvmlDeviceGetPciInfo_v3(nvml_device handle, struct nvml_pci_info *pci) {
    struct sim_device device;
    int result = sim_enter_device(SIM_nvmlDeviceGetPciInfo_v3, handle, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    return sim_leave(pci == NULL ? NVML_INVALID_ARGUMENT : sim_pci_info(device.gpu->pci, pci));
}

static uint64_t used_by_processes(const struct sim_device *device) {
    uint64_t sum = 0;
    struct sim_state *state = sim_world();
    for (size_t i = 0; i < state->processes_count; i++) {
        struct sim_process *process = &state->processes[i];
        if (process->gpu == device->gpu->index && (device->mig == NULL || process->slot == device->mig->slot) &&
            process->memory != SIM_UNAVAILABLE && sim_process_listed(process)) {
            sum += process->memory;
        }
    }
    return sum;
}

static struct nvml_memory_v2 measure(const struct sim_device *device) {
    bool whole = device->mig == NULL;
    struct nvml_memory_v2 memory = {
        .total = whole ? device->gpu->memory : device->mig->memory,
        .reserved = whole ? device->gpu->reserved : 0,
        .used = (whole ? device->gpu->used : 0) + used_by_processes(device),
    };
    uint64_t taken = memory.reserved + memory.used;
    memory.free = taken < memory.total ? memory.total - taken : 0;
    if (device->gpu->unified == SIM_UNIFIED_ZERO) {
        memory = (struct nvml_memory_v2){0};
    }
    return memory;
}

int nvmlDeviceGetMemoryInfo_v2(nvml_device handle, struct nvml_memory_v2 *memory) {
    struct sim_device device;
    int result = sim_enter_device(SIM_nvmlDeviceGetMemoryInfo_v2, handle, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (memory == NULL) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    if (memory->version != NVML_VERSION_OF(struct nvml_memory_v2, 2)) {
        return sim_leave(NVML_ARGUMENT_VERSION_MISMATCH);
    }
    if (device.gpu->unified == SIM_UNIFIED_YES) {
        return sim_leave(NVML_NOT_SUPPORTED);
    }
    uint32_t version = memory->version;
    *memory = measure(&device);
    memory->version = version;
    return sim_leave(NVML_SUCCESS);
}

int nvmlDeviceGetMemoryInfo(nvml_device handle, struct nvml_memory_v1 *memory) {
    struct sim_device device;
    int result = sim_enter_device(SIM_nvmlDeviceGetMemoryInfo, handle, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (memory == NULL) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    if (device.gpu->unified == SIM_UNIFIED_YES) {
        return sim_leave(NVML_NOT_SUPPORTED);
    }
    struct nvml_memory_v2 split = measure(&device);
    *memory = (struct nvml_memory_v1){
        .total = split.total, .free = split.free, .used = split.used + split.reserved}; /* v1 does not split it off */
    return sim_leave(NVML_SUCCESS);
}

int nvmlDeviceGetUtilizationRates(nvml_device handle, struct nvml_utilization *utilization) {
    struct sim_device device;
    int result = sim_enter_device(SIM_nvmlDeviceGetUtilizationRates, handle, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (utilization == NULL) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    if (device.mig != NULL || device.gpu->mig) {
        return sim_leave(NVML_NOT_SUPPORTED); /* as on a real MIG parent */
    }
    uint64_t sum = device.gpu->util;
    struct sim_state *state = sim_world();
    for (size_t i = 0; i < state->processes_count; i++) {
        struct sim_process *process = &state->processes[i];
        if (process->gpu == device.gpu->index && process->util <= 100 && sim_process_listed(process)) {
            sum += process->util;
        }
    }
    utilization->gpu = sum > 100 ? 100 : (uint32_t)sum;
    utilization->memory = (uint32_t)device.gpu->memory_util;
    return sim_leave(NVML_SUCCESS);
}

int nvmlDeviceGetTemperatureV(nvml_device handle, struct nvml_temperature_v1 *temperature) {
    struct sim_device device;
    int result = sim_enter_device(SIM_nvmlDeviceGetTemperatureV, handle, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (temperature == NULL || temperature->sensor != 0) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    if (temperature->version != NVML_VERSION_OF(struct nvml_temperature_v1, 1)) {
        return sim_leave(NVML_ARGUMENT_VERSION_MISMATCH);
    }
    if (device.mig != NULL) {
        return sim_leave(NVML_NOT_SUPPORTED);
    }
    temperature->celsius = device.gpu->temperature;
    return sim_leave(NVML_SUCCESS);
}

int nvmlDeviceGetTemperature(nvml_device handle, uint32_t sensor, uint32_t *celsius) {
    if (sensor != 0) {
        return NVML_INVALID_ARGUMENT;
    }
    SIM_READ(SIM_nvmlDeviceGetTemperature, handle, celsius,
             device.gpu->temperature < 0 ? 0 : (uint32_t)device.gpu->temperature);
}

int nvmlDeviceGetClockInfo(nvml_device handle, uint32_t kind, uint32_t *megahertz) {
    if (kind >= NVML_CLOCK_KINDS) {
        return NVML_INVALID_ARGUMENT;
    }
    SIM_READ(SIM_nvmlDeviceGetClockInfo, handle, megahertz, (uint32_t)device.gpu->clocks_mhz[kind]);
}

int nvmlDeviceGetTotalEccErrors(nvml_device handle, uint32_t type, uint32_t counter, uint64_t *count) {
    struct sim_device device;
    int result = sim_enter_device(SIM_nvmlDeviceGetTotalEccErrors, handle, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (count == NULL || type > 1 || counter > 1) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    if (!device.gpu->ecc || device.mig != NULL) {
        return sim_leave(NVML_NOT_SUPPORTED);
    }
    *count = type == 0 ? device.gpu->ecc_corrected : device.gpu->ecc_uncorrected;
    return sim_leave(NVML_SUCCESS);
}

int nvmlDeviceGetRemappedRows(nvml_device handle, uint32_t *correctable, uint32_t *uncorrectable, uint32_t *pending,
                              uint32_t *failed) {
    struct sim_device device;
    int result = sim_enter_device(SIM_nvmlDeviceGetRemappedRows, handle, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (correctable == NULL || uncorrectable == NULL || pending == NULL || failed == NULL) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    if (!device.gpu->ecc || device.mig != NULL) {
        return sim_leave(NVML_NOT_SUPPORTED);
    }
    *correctable = (uint32_t)device.gpu->remapped_corrected;
    *uncorrectable = (uint32_t)device.gpu->remapped_uncorrected;
    *pending = device.gpu->remap_pending;
    *failed = device.gpu->remap_failed;
    return sim_leave(NVML_SUCCESS);
}

int nvmlDeviceGetFieldValues(nvml_device handle, int count, struct nvml_field_value *values) {
    struct sim_device device;
    int result = sim_enter_device(SIM_nvmlDeviceGetFieldValues, handle, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (count <= 0 || values == NULL) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    for (int i = 0; i < count; i++) {
        struct nvml_field_value *value = &values[i];
        value->timestamp_us = (int64_t)time(NULL) * 1000000;
        value->latency_us = 1;
        value->value_type = NVML_VALUE_UNSIGNED_INT;
        value->value.u64 = 0;
        value->result = value->field == NVML_FIELD_RECOVERY_ACTION ? NVML_SUCCESS : NVML_NOT_SUPPORTED;
        if (value->result == NVML_SUCCESS) {
            value->value.u32 = device.gpu->recovery;
        }
    }
    return sim_leave(NVML_SUCCESS);
}

int nvmlDeviceGetTopologyCommonAncestor(nvml_device one, nvml_device other, uint32_t *level) {
    enum { INTERNAL = 0, NODE = 40, SYSTEM = 50 };
    struct sim_device far;
    int result = sim_enter(SIM_nvmlDeviceGetTopologyCommonAncestor, SIM_OF_HANDLE(other), &far);
    if (result != NVML_SUCCESS) {
        return result;
    }
    uint64_t numa = far.gpu->numa;
    char uuid[SIM_UUID_MAX];
    memcpy(uuid, far.gpu->uuid, sizeof uuid);
    (void)sim_leave(NVML_SUCCESS);
    SIM_READ(SIM_nvmlDeviceGetTopologyCommonAncestor, one, level,
             strcmp(device.gpu->uuid, uuid) == 0 ? INTERNAL
             : device.gpu->numa == numa          ? NODE
                                                 : SYSTEM);
}

int nvmlDeviceGetCpuAffinity(nvml_device handle, uint32_t words, unsigned long *cpus) {
    struct sim_device device;
    int result = sim_enter_device(SIM_nvmlDeviceGetCpuAffinity, handle, &device);
    if (result != NVML_SUCCESS) {
        return result;
    }
    if (words == 0 || cpus == NULL) {
        return sim_leave(NVML_INVALID_ARGUMENT);
    }
    memset(cpus, 0, words * sizeof *cpus);
    cpus[0] = device.gpu->cpus;
    return sim_leave(NVML_SUCCESS);
}

int nvmlDeviceGetConfComputeMemSizeInfo(nvml_device handle, void *sizes) {
    (void)sizes;
    struct sim_device device;
    int result = sim_enter_device(SIM_nvmlDeviceGetConfComputeMemSizeInfo, handle, &device);
    return result != NVML_SUCCESS ? result : sim_leave(NVML_NOT_SUPPORTED);
}
