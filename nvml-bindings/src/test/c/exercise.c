/*
 * Calls everything the simulator exports, with good and bad arguments, while the state file changes into
 * others and into garbage. Built with the sanitizers, which do the checking; the results matter little.
 *   GPUQ_SIM=FILE exercise SEED
 */
#include "../../main/c/simulator/abi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 1500, TEXT_MAX = 4096, PROCESSES = 1 };

static const char *const good =
    "driver version=1 nvml=2 cuda=12040\n"
    "gpu index=0 uuid=GPU-a name=\"one two\" memory=80GiB mig=true temp=-3 # a comment\n"
    "gpu index=3 uuid=GPU-b memory=24GiB unified=zero power=1.25\n"
    "mig gpu=0 slot=6 uuid=MIG-a memory=10GiB\n"
    "process gpu=0 mig=6 pid=1 memory=1GiB util=20\n"
    "process gpu=0 pid=1 memory=3GiB util=20\n"
    "process gpu=0 pid=1 memory=unavailable kind=graphics\n"
    "process gpu=3 pid=4194305 memory=2GiB stale=true\n"
    "fault call=nvmlDeviceGetName gpu=0 code=15 times=2 id=x\n"
    "xid gpu=0 code=79\nxid gpu=0 code=79\n"
    "teardown ms=2\nmissing call=nvmlDeviceGetMigMode\n";

/* Not among what is mutated: it could become a delay of days. */
static const char *const delayed = "gpu index=0 uuid=GPU-a memory=1GiB\ndelay call=nvmlDeviceGetIndex ms=30\n";

static void check(int good_so_far, const char *what) {
    if (!good_so_far) {
        fprintf(stderr, "exercise: %s\n", what);
        exit(EXIT_FAILURE);
    }
}

static void write_state(const char *path, const char *text, size_t length) {
    char next[TEXT_MAX];
    int n = snprintf(next, sizeof next, "%s.next", path);
    check(n > 0 && (size_t)n < sizeof next, "path too long");
    FILE *file = fopen(next, "wb");
    check(file != NULL && fwrite(text, 1, length, file) == length && fclose(file) == 0, "cannot write");
    check(rename(next, path) == 0, "cannot rename");
}

static void ask_lists(nvml_device device) {
    static int (*const calls[])(nvml_device, uint32_t *, void *) = {
        nvmlDeviceGetComputeRunningProcesses_v3,    nvmlDeviceGetComputeRunningProcesses_v2,
        nvmlDeviceGetComputeRunningProcesses,       nvmlDeviceGetGraphicsRunningProcesses_v3,
        nvmlDeviceGetGraphicsRunningProcesses_v2,   nvmlDeviceGetGraphicsRunningProcesses,
        nvmlDeviceGetMPSComputeRunningProcesses_v3, nvmlDeviceGetMPSComputeRunningProcesses_v2,
        nvmlDeviceGetMPSComputeRunningProcesses,
    };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        /* Exactly as large as promised, so that one byte too many is seen. */
        uint32_t count = PROCESSES;
        void *out = malloc(PROCESSES * sizeof(struct nvml_process_535));
        check(out != NULL, "no memory");
        (void)calls[i](device, &count, out);
        free(out);
        count = 5;
        (void)calls[i](device, &count, NULL);
        (void)calls[i](device, NULL, NULL);
    }
    uint32_t count = 1;
    struct nvml_process_sample sample;
    (void)nvmlDeviceGetProcessUtilization(device, &sample, &count, 0);
    (void)nvmlDeviceGetProcessUtilization(device, NULL, &count, 0);
    (void)nvmlDeviceGetProcessUtilization(device, NULL, NULL, 0);
}

static void ask_numbers(nvml_device device, uint32_t *a, uint32_t *b, uint64_t *wide) {
    (void)nvmlDeviceGetMinorNumber(device, a);
    (void)nvmlDeviceGetIndex(device, a);
    (void)nvmlDeviceGetPowerUsage(device, a);
    (void)nvmlDeviceGetEnforcedPowerLimit(device, a);
    (void)nvmlDeviceGetComputeMode(device, a);
    (void)nvmlDeviceGetPersistenceMode(device, a);
    (void)nvmlDeviceGetMaxMigDeviceCount(device, a);
    (void)nvmlDeviceGetGpuInstanceId(device, a);
    (void)nvmlDeviceGetComputeInstanceId(device, a);
    (void)nvmlDeviceGetTemperature(device, 0, a);
    (void)nvmlDeviceGetTemperature(device, 1, a);
    (void)nvmlDeviceGetClockInfo(device, 2, a);
    (void)nvmlDeviceGetClockInfo(device, 99, a);
    (void)nvmlDeviceGetMigMode(device, a, b);
    (void)nvmlDeviceGetRemappedRows(device, a, b, a, b);
    (void)nvmlDeviceGetTotalEnergyConsumption(device, wide);
    (void)nvmlDeviceGetCurrentClocksEventReasons(device, wide);
    (void)nvmlDeviceGetCurrentClocksThrottleReasons(device, wide);
    (void)nvmlDeviceGetSupportedEventTypes(device, wide);
    (void)nvmlDeviceGetTotalEccErrors(device, 1, 1, wide);
    (void)nvmlDeviceGetTotalEccErrors(device, 2, 7, wide);
    (void)nvmlDeviceGetTopologyCommonAncestor(device, device, a);
    (void)nvmlDeviceGetNvLinkState(device, 0, a);
    (void)nvmlDeviceGetNvLinkState(device, 99, a);
    (void)nvmlDeviceGetNvLinkState(device, 0, NULL);
}

static void ask_structures(nvml_device device) {
    char text[96];
    struct nvml_pci_info pci;
    struct nvml_memory_v1 memory;
    struct nvml_memory_v2 split = {.version = NVML_VERSION_OF(struct nvml_memory_v2, 2)};
    struct nvml_utilization utilization;
    struct nvml_temperature_v1 temperature = {.version = NVML_VERSION_OF(struct nvml_temperature_v1, 1)};
    struct nvml_device_attributes attributes;
    struct nvml_field_value values[2] = {{.field = NVML_FIELD_RECOVERY_ACTION}, {.field = 1}};
    unsigned long cpus[2];
    nvml_device other;
    (void)nvmlDeviceGetUUID(device, text, sizeof text);
    (void)nvmlDeviceGetUUID(device, text, 1);
    (void)nvmlDeviceGetNvLinkRemotePciInfo_v2(device, 0, &pci);
    (void)nvmlDeviceGetNvLinkRemotePciInfo_v2(device, 0, NULL);
    (void)nvmlDeviceGetNvLinkRemotePciInfo_v2(device, 99, &pci);
    (void)nvmlDeviceGetUUID(device, NULL, 0);
    (void)nvmlDeviceGetName(device, text, sizeof text);
    (void)nvmlDeviceGetPciInfo_v3(device, &pci);
    (void)nvmlDeviceGetPciInfo_v3(device, NULL);
    (void)nvmlDeviceGetMemoryInfo(device, &memory);
    (void)nvmlDeviceGetMemoryInfo(device, NULL);
    (void)nvmlDeviceGetMemoryInfo_v2(device, &split);
    split.version = 1;
    (void)nvmlDeviceGetMemoryInfo_v2(device, &split);
    (void)nvmlDeviceGetMemoryInfo_v2(device, NULL);
    (void)nvmlDeviceGetUtilizationRates(device, &utilization);
    (void)nvmlDeviceGetUtilizationRates(device, NULL);
    (void)nvmlDeviceGetTemperatureV(device, &temperature);
    (void)nvmlDeviceGetTemperatureV(device, NULL);
    (void)nvmlDeviceGetAttributes_v2(device, &attributes);
    (void)nvmlDeviceGetAttributes_v2(device, NULL);
    (void)nvmlDeviceGetFieldValues(device, 2, values);
    (void)nvmlDeviceGetFieldValues(device, -1, values);
    (void)nvmlDeviceGetFieldValues(device, 1, NULL);
    (void)nvmlDeviceGetCpuAffinity(device, 2, cpus);
    (void)nvmlDeviceGetCpuAffinity(device, 0, NULL);
    (void)nvmlDeviceGetDeviceHandleFromMigDeviceHandle(device, &other);
    (void)nvmlDeviceGetDeviceHandleFromMigDeviceHandle(device, NULL);
    (void)nvmlDeviceGetConfComputeMemSizeInfo(device, NULL);
    (void)nvmlDeviceGetRunningProcessDetailList(device, NULL);
}

static void ask_events(nvml_device device) {
    nvml_event_set set = NULL;
    struct nvml_event_data data;
    if (nvmlEventSetCreate(&set) == NVML_SUCCESS) {
        (void)nvmlDeviceRegisterEvents(device, NVML_EVENT_XID, set);
        (void)nvmlDeviceRegisterEvents(device, 3, set);
        (void)nvmlEventSetWait_v2(set, &data, 0);
        (void)nvmlEventSetWait_v2(set, NULL, 0);
        (void)nvmlEventSetFree(set);
    }
    (void)nvmlEventSetWait_v2(set, &data, 0);
    (void)nvmlEventSetFree(set);
    (void)nvmlEventSetCreate(NULL);
}

static void ask(nvml_device device) {
    uint32_t a, b;
    uint64_t wide;
    ask_numbers(device, &a, &b, &wide);
    ask_numbers(device, NULL, NULL, NULL);
    ask_structures(device);
    ask_lists(device);
    ask_events(device);
}

static void ask_everything(void) {
    char text[80];
    int cuda;
    uint32_t count;
    nvml_device device;
    nvml_device mig;
    (void)nvmlSystemGetDriverVersion(text, sizeof text);
    (void)nvmlSystemGetDriverVersion(NULL, 0);
    (void)nvmlSystemGetNVMLVersion(text, 1);
    (void)nvmlSystemGetCudaDriverVersion(&cuda);
    (void)nvmlSystemGetCudaDriverVersion(NULL);
    (void)nvmlDeviceGetCount_v2(&count);
    (void)nvmlDeviceGetCount_v2(NULL);
    for (uint32_t i = 0; i < 3; i++) {
        if (nvmlDeviceGetHandleByIndex_v2(i, &device) == NVML_SUCCESS) {
            ask(device);
            if (nvmlDeviceGetMigDeviceHandleByIndex(device, 6, &mig) == NVML_SUCCESS) {
                ask(mig);
            }
            (void)nvmlDeviceGetMigDeviceHandleByIndex(device, 99, &mig);
        }
    }
    (void)nvmlDeviceGetHandleByIndex_v2(0, NULL);
    (void)nvmlDeviceGetHandleByUUID("MIG-a", &device);
    (void)nvmlDeviceGetHandleByUUID(NULL, &device);
    (void)nvmlDeviceGetHandleByPciBusId_v2("00000000:01:00.0", &device);
    (void)nvmlDeviceGetHandleByPciBusId_v2(NULL, &device);
    for (int code = -1; code < 30; code++) {
        check(nvmlErrorString(code) != NULL, "no words");
    }
}

/* Changes, doubles or cuts a few bytes: mostly wrong, sometimes still right. */
static size_t mutate(char *text, size_t length) {
    static const char bytes[] = "=\" \n#0x9-GiBM\t\\\r\x80\x01";
    for (int changes = rand() % 4; changes >= 0; changes--) {
        size_t at = (size_t)rand() % length;
        switch (rand() % 4) {
            case 0:
                text[at] = bytes[(size_t)rand() % (sizeof bytes - 1)];
                break;
            case 1:
                text[at] = (char)(rand() % 256);
                break;
            case 2:
                length = at + 1;
                break;
            default:
                memmove(text + at, text, length - at < at ? length - at : at);
                break;
        }
    }
    return length;
}

int main(int argc, char **argv) {
    const char *path = getenv("GPUQ_SIM");
    check(argc == 2 && path != NULL, "usage: GPUQ_SIM=FILE exercise SEED");
    srand((unsigned)strtoul(argv[1], NULL, 10));
    check(nvmlShutdown() == NVML_UNINITIALIZED, "shut down before init");
    ask_everything();

    write_state(path, good, strlen(good));
    check(nvmlInit_v2() == NVML_SUCCESS, "init");
    nvml_device kept;
    check(nvmlDeviceGetHandleByUUID("GPU-a", &kept) == NVML_SUCCESS, "handle");
    ask_everything();
    ask(NULL);
    ask((nvml_device)(uintptr_t)0x5e0001000000);

    int accepted = 0;
    for (int round = 0; round < ROUNDS; round++) {
        char text[TEXT_MAX];
        size_t length = strlen(good);
        memcpy(text, good, length);
        length = mutate(text, length);
        write_state(path, text, length);
        ask_numbers(kept, NULL, NULL, NULL);
        if (round % 50 == 0) {
            ask_everything();
        }
        if (nvmlInit_v2() == NVML_SUCCESS) {
            accepted++;
            check(nvmlShutdown() == NVML_SUCCESS, "shutdown");
        }
    }
    check(accepted > 0 && accepted < ROUNDS, "the mutations are all alike");

    write_state(path, delayed, strlen(delayed));
    ask(kept);
    write_state(path, good, strlen(good));
    ask(kept);
    check(nvmlShutdown() == NVML_SUCCESS && nvmlInit_v2() == NVML_SUCCESS, "second init");
    uint32_t minor;
    check(nvmlDeviceGetMinorNumber(kept, &minor) == NVML_INVALID_ARGUMENT, "a handle outlived its init");
    check(nvmlShutdown() == NVML_SUCCESS, "shutdown");
    puts("exercised");
    return EXIT_SUCCESS;
}
