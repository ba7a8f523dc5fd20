/* Every call the simulator exports, in one list: the state file names calls by it. */
#ifndef GPUQ_SIM_CALLS_H
#define GPUQ_SIM_CALLS_H

#define SIM_CALLS(X)                              \
    X(nvmlInit_v2)                                \
    X(nvmlShutdown)                               \
    X(nvmlSystemGetDriverVersion)                 \
    X(nvmlSystemGetNVMLVersion)                   \
    X(nvmlSystemGetCudaDriverVersion)             \
    X(nvmlDeviceGetCount_v2)                      \
    X(nvmlDeviceGetHandleByIndex_v2)              \
    X(nvmlDeviceGetHandleByUUID)                  \
    X(nvmlDeviceGetHandleByPciBusId_v2)           \
    X(nvmlDeviceGetUUID)                          \
    X(nvmlDeviceGetName)                          \
    X(nvmlDeviceGetPciInfo_v3)                    \
    X(nvmlDeviceGetMinorNumber)                   \
    X(nvmlDeviceGetIndex)                         \
    X(nvmlDeviceGetMemoryInfo_v2)                 \
    X(nvmlDeviceGetMemoryInfo)                    \
    X(nvmlDeviceGetUtilizationRates)              \
    X(nvmlDeviceGetComputeRunningProcesses_v3)    \
    X(nvmlDeviceGetComputeRunningProcesses_v2)    \
    X(nvmlDeviceGetComputeRunningProcesses)       \
    X(nvmlDeviceGetGraphicsRunningProcesses_v3)   \
    X(nvmlDeviceGetGraphicsRunningProcesses_v2)   \
    X(nvmlDeviceGetGraphicsRunningProcesses)      \
    X(nvmlDeviceGetMPSComputeRunningProcesses_v3) \
    X(nvmlDeviceGetMPSComputeRunningProcesses_v2) \
    X(nvmlDeviceGetMPSComputeRunningProcesses)    \
    X(nvmlDeviceGetProcessUtilization)            \
    X(nvmlDeviceGetTemperatureV)                  \
    X(nvmlDeviceGetTemperature)                   \
    X(nvmlDeviceGetPowerUsage)                    \
    X(nvmlDeviceGetEnforcedPowerLimit)            \
    X(nvmlDeviceGetTotalEnergyConsumption)        \
    X(nvmlDeviceGetClockInfo)                     \
    X(nvmlDeviceGetCurrentClocksEventReasons)     \
    X(nvmlDeviceGetCurrentClocksThrottleReasons)  \
    X(nvmlDeviceGetTotalEccErrors)                \
    X(nvmlDeviceGetRemappedRows)                  \
    X(nvmlDeviceGetFieldValues)                   \
    X(nvmlDeviceGetComputeMode)                   \
    X(nvmlDeviceGetPersistenceMode)               \
    X(nvmlDeviceGetMigMode)                       \
    X(nvmlDeviceGetMaxMigDeviceCount)             \
    X(nvmlDeviceGetMigDeviceHandleByIndex)        \
    X(nvmlDeviceGetGpuInstanceId)                 \
    X(nvmlDeviceGetComputeInstanceId)             \
    X(nvmlDeviceGetAttributes_v2)                 \
    X(nvmlDeviceGetDeviceHandleFromMigDeviceHandle) \
    X(nvmlEventSetCreate)                         \
    X(nvmlDeviceGetSupportedEventTypes)           \
    X(nvmlDeviceRegisterEvents)                   \
    X(nvmlEventSetWait_v2)                        \
    X(nvmlEventSetFree)                           \
    X(nvmlDeviceGetTopologyCommonAncestor)        \
    X(nvmlDeviceGetCpuAffinity)                   \
    X(nvmlDeviceGetNvLinkState)                   \
    X(nvmlDeviceGetNvLinkRemotePciInfo_v2)        \
    X(nvmlDeviceGetConfComputeMemSizeInfo)        \
    X(nvmlDeviceGetRunningProcessDetailList)

enum sim_call {
#define SIM_ENUMERATE(name) SIM_##name,
    SIM_CALLS(SIM_ENUMERATE)
#undef SIM_ENUMERATE
    SIM_CALL_COUNT
};

#endif
