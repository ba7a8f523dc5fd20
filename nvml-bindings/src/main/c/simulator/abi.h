/*
 * The part of NVML's binary interface that gpuq uses, declared by ourselves.
 *
 * Sizes and offsets are NVML's on x86-64 and aarch64; each one is asserted here, so a compiler that
 * lays a structure out differently fails the build instead of the reader.
 */
#ifndef GPUQ_SIM_ABI_H
#define GPUQ_SIM_ABI_H

#include <stddef.h>
#include <stdint.h>

enum nvml_return {
    NVML_SUCCESS = 0,
    NVML_UNINITIALIZED = 1,
    NVML_INVALID_ARGUMENT = 2,
    NVML_NOT_SUPPORTED = 3,
    NVML_NOT_FOUND = 6,
    NVML_INSUFFICIENT_SIZE = 7,
    NVML_DRIVER_NOT_LOADED = 9,
    NVML_TIMEOUT = 10,
    NVML_FUNCTION_NOT_FOUND = 13,
    NVML_GPU_IS_LOST = 15,
    NVML_LIB_RM_VERSION_MISMATCH = 18,
    NVML_MEMORY = 20,
    NVML_ARGUMENT_VERSION_MISMATCH = 25,
    NVML_UNKNOWN = 999
};

enum nvml_limit {
    NVML_EVENT_XID = 0x8,
    NVML_FIELD_RECOVERY_ACTION = 230,
    NVML_VALUE_UNSIGNED_INT = 1,
    NVML_CLOCK_KINDS = 3
};

/* Handles are opaque: a number in a pointer's clothes, never followed. */
typedef struct nvml_device *nvml_device;
typedef struct nvml_event_set *nvml_event_set;

struct nvml_pci_info {
    char bus_id_legacy[16];
    uint32_t domain;
    uint32_t bus;
    uint32_t device;
    uint32_t pci_device_id;
    uint32_t pci_subsystem_id;
    char bus_id[32];
};

struct nvml_memory_v1 {
    uint64_t total;
    uint64_t free;
    uint64_t used;
};

struct nvml_memory_v2 {
    uint32_t version;
    uint64_t total;
    uint64_t reserved;
    uint64_t free;
    uint64_t used;
};

struct nvml_utilization {
    uint32_t gpu;
    uint32_t memory;
};

/* Unsuffixed process lists. */
struct nvml_process_v1 {
    uint32_t pid;
    uint64_t used_memory;
};

/* `_v2` and `_v3` process lists. */
struct nvml_process_v2 {
    uint32_t pid;
    uint64_t used_memory;
    uint32_t gpu_instance;
    uint32_t compute_instance;
};

/* `_v3` process lists of drivers 535.43 up to before 535.86. */
struct nvml_process_535 {
    struct nvml_process_v2 base;
    uint64_t protected_memory;
};

struct nvml_process_sample {
    uint32_t pid;
    uint64_t timestamp_us;
    uint32_t sm;
    uint32_t memory;
    uint32_t encoder;
    uint32_t decoder;
};

struct nvml_temperature_v1 {
    uint32_t version;
    uint32_t sensor;
    int32_t celsius;
};

struct nvml_event_data {
    nvml_device device;
    uint64_t type;
    uint64_t data;
    uint32_t gpu_instance;
    uint32_t compute_instance;
};

struct nvml_field_value {
    uint32_t field;
    uint32_t scope;
    int64_t timestamp_us;
    int64_t latency_us;
    uint32_t value_type;
    uint32_t result;
    union {
        uint32_t u32;
        uint64_t u64;
        double f64;
    } value;
};

struct nvml_device_attributes {
    uint32_t multiprocessors;
    uint32_t copy_engines;
    uint32_t decoders;
    uint32_t encoders;
    uint32_t jpegs;
    uint32_t ofas;
    uint32_t gpu_instance_slices;
    uint32_t compute_instance_slices;
    uint64_t memory_mb;
};

#define NVML_VERSION_OF(type, version) ((uint32_t)(sizeof(type) | ((uint32_t)(version) << 24)))

#define SIM_AT(type, field, offset) _Static_assert(offsetof(struct type, field) == (offset), #type "." #field)
#define SIM_SIZE(type, size) _Static_assert(sizeof(struct type) == (size), #type)

SIM_SIZE(nvml_pci_info, 68);
SIM_AT(nvml_pci_info, domain, 16);
SIM_AT(nvml_pci_info, bus, 20);
SIM_AT(nvml_pci_info, device, 24);
SIM_AT(nvml_pci_info, pci_device_id, 28);
SIM_AT(nvml_pci_info, pci_subsystem_id, 32);
SIM_AT(nvml_pci_info, bus_id, 36);
SIM_SIZE(nvml_memory_v1, 24);
SIM_AT(nvml_memory_v1, free, 8);
SIM_AT(nvml_memory_v1, used, 16);
SIM_SIZE(nvml_memory_v2, 40);
SIM_AT(nvml_memory_v2, total, 8);
SIM_AT(nvml_memory_v2, reserved, 16);
SIM_AT(nvml_memory_v2, free, 24);
SIM_AT(nvml_memory_v2, used, 32);
_Static_assert(NVML_VERSION_OF(struct nvml_memory_v2, 2) == 0x02000028, "version of memory v2");
SIM_SIZE(nvml_utilization, 8);
SIM_AT(nvml_utilization, memory, 4);
SIM_SIZE(nvml_process_v1, 16);
SIM_AT(nvml_process_v1, used_memory, 8);
SIM_SIZE(nvml_process_v2, 24);
SIM_AT(nvml_process_v2, used_memory, 8);
SIM_AT(nvml_process_v2, gpu_instance, 16);
SIM_AT(nvml_process_v2, compute_instance, 20);
SIM_SIZE(nvml_process_535, 32);
SIM_AT(nvml_process_535, protected_memory, 24);
SIM_SIZE(nvml_process_sample, 32);
SIM_AT(nvml_process_sample, timestamp_us, 8);
SIM_AT(nvml_process_sample, sm, 16);
SIM_AT(nvml_process_sample, memory, 20);
SIM_AT(nvml_process_sample, encoder, 24);
SIM_AT(nvml_process_sample, decoder, 28);
SIM_SIZE(nvml_temperature_v1, 12);
SIM_AT(nvml_temperature_v1, sensor, 4);
SIM_AT(nvml_temperature_v1, celsius, 8);
_Static_assert(NVML_VERSION_OF(struct nvml_temperature_v1, 1) == 0x0100000c, "version of temperature v1");
SIM_SIZE(nvml_event_data, 32);
SIM_AT(nvml_event_data, type, 8);
SIM_AT(nvml_event_data, data, 16);
SIM_AT(nvml_event_data, gpu_instance, 24);
SIM_AT(nvml_event_data, compute_instance, 28);
SIM_SIZE(nvml_field_value, 40);
SIM_AT(nvml_field_value, scope, 4);
SIM_AT(nvml_field_value, timestamp_us, 8);
SIM_AT(nvml_field_value, latency_us, 16);
SIM_AT(nvml_field_value, value_type, 24);
SIM_AT(nvml_field_value, result, 28);
SIM_AT(nvml_field_value, value, 32);
SIM_SIZE(nvml_device_attributes, 40);
SIM_AT(nvml_device_attributes, gpu_instance_slices, 24);
SIM_AT(nvml_device_attributes, compute_instance_slices, 28);
SIM_AT(nvml_device_attributes, memory_mb, 32);

/* What the library exports; everything else stays inside (exports.map). */
int nvmlInit_v2(void);
int nvmlShutdown(void);
const char *nvmlErrorString(int result);
int nvmlSystemGetDriverVersion(char *version, uint32_t length);
int nvmlSystemGetNVMLVersion(char *version, uint32_t length);
int nvmlSystemGetCudaDriverVersion(int *version);
int nvmlDeviceGetCount_v2(uint32_t *count);
int nvmlDeviceGetHandleByIndex_v2(uint32_t index, nvml_device *device);
int nvmlDeviceGetHandleByUUID(const char *uuid, nvml_device *device);
int nvmlDeviceGetHandleByPciBusId_v2(const char *bus_id, nvml_device *device);
int nvmlDeviceGetUUID(nvml_device device, char *uuid, uint32_t length);
int nvmlDeviceGetName(nvml_device device, char *name, uint32_t length);
int nvmlDeviceGetPciInfo_v3(nvml_device device, struct nvml_pci_info *pci);
int nvmlDeviceGetMinorNumber(nvml_device device, uint32_t *minor);
int nvmlDeviceGetIndex(nvml_device device, uint32_t *index);
int nvmlDeviceGetMemoryInfo_v2(nvml_device device, struct nvml_memory_v2 *memory);
int nvmlDeviceGetMemoryInfo(nvml_device device, struct nvml_memory_v1 *memory);
int nvmlDeviceGetUtilizationRates(nvml_device device, struct nvml_utilization *utilization);
int nvmlDeviceGetComputeRunningProcesses_v3(nvml_device device, uint32_t *count, void *processes);
int nvmlDeviceGetComputeRunningProcesses_v2(nvml_device device, uint32_t *count, void *processes);
int nvmlDeviceGetComputeRunningProcesses(nvml_device device, uint32_t *count, void *processes);
int nvmlDeviceGetGraphicsRunningProcesses_v3(nvml_device device, uint32_t *count, void *processes);
int nvmlDeviceGetGraphicsRunningProcesses_v2(nvml_device device, uint32_t *count, void *processes);
int nvmlDeviceGetGraphicsRunningProcesses(nvml_device device, uint32_t *count, void *processes);
int nvmlDeviceGetMPSComputeRunningProcesses_v3(nvml_device device, uint32_t *count, void *processes);
int nvmlDeviceGetMPSComputeRunningProcesses_v2(nvml_device device, uint32_t *count, void *processes);
int nvmlDeviceGetMPSComputeRunningProcesses(nvml_device device, uint32_t *count, void *processes);
int nvmlDeviceGetProcessUtilization(nvml_device device, struct nvml_process_sample *samples, uint32_t *count,
                                    uint64_t last_seen_us);
int nvmlDeviceGetTemperatureV(nvml_device device, struct nvml_temperature_v1 *temperature);
int nvmlDeviceGetTemperature(nvml_device device, uint32_t sensor, uint32_t *celsius);
int nvmlDeviceGetPowerUsage(nvml_device device, uint32_t *milliwatts);
int nvmlDeviceGetEnforcedPowerLimit(nvml_device device, uint32_t *milliwatts);
int nvmlDeviceGetTotalEnergyConsumption(nvml_device device, uint64_t *millijoules);
int nvmlDeviceGetClockInfo(nvml_device device, uint32_t kind, uint32_t *megahertz);
int nvmlDeviceGetCurrentClocksEventReasons(nvml_device device, uint64_t *reasons);
int nvmlDeviceGetCurrentClocksThrottleReasons(nvml_device device, uint64_t *reasons);
int nvmlDeviceGetTotalEccErrors(nvml_device device, uint32_t type, uint32_t counter, uint64_t *count);
int nvmlDeviceGetRemappedRows(nvml_device device, uint32_t *correctable, uint32_t *uncorrectable, uint32_t *pending,
                              uint32_t *failed);
int nvmlDeviceGetFieldValues(nvml_device device, int count, struct nvml_field_value *values);
int nvmlDeviceGetComputeMode(nvml_device device, uint32_t *mode);
int nvmlDeviceGetPersistenceMode(nvml_device device, uint32_t *enabled);
int nvmlDeviceGetMigMode(nvml_device device, uint32_t *current, uint32_t *pending);
int nvmlDeviceGetMaxMigDeviceCount(nvml_device device, uint32_t *count);
int nvmlDeviceGetMigDeviceHandleByIndex(nvml_device device, uint32_t index, nvml_device *mig);
int nvmlDeviceGetGpuInstanceId(nvml_device device, uint32_t *id);
int nvmlDeviceGetComputeInstanceId(nvml_device device, uint32_t *id);
int nvmlDeviceGetAttributes_v2(nvml_device device, struct nvml_device_attributes *attributes);
int nvmlDeviceGetDeviceHandleFromMigDeviceHandle(nvml_device mig, nvml_device *device);
int nvmlEventSetCreate(nvml_event_set *set);
int nvmlDeviceGetSupportedEventTypes(nvml_device device, uint64_t *types);
int nvmlDeviceRegisterEvents(nvml_device device, uint64_t types, nvml_event_set set);
int nvmlEventSetWait_v2(nvml_event_set set, struct nvml_event_data *data, uint32_t timeout_ms);
int nvmlEventSetFree(nvml_event_set set);
int nvmlDeviceGetTopologyCommonAncestor(nvml_device one, nvml_device other, uint32_t *level);
int nvmlDeviceGetCpuAffinity(nvml_device device, uint32_t words, unsigned long *cpus);
int nvmlDeviceGetNvLinkState(nvml_device device, uint32_t link, uint32_t *active);
int nvmlDeviceGetNvLinkRemotePciInfo_v2(nvml_device device, uint32_t link, struct nvml_pci_info *pci);
int nvmlDeviceGetConfComputeMemSizeInfo(nvml_device device, void *sizes);
/* Not NVIDIA's: how often a call came since this library was loaded; UINT64_MAX when there is no such call. */
uint64_t nvmlSimulatorCalls(const char *name);
int nvmlDeviceGetRunningProcessDetailList(nvml_device device, void *list);

#endif
