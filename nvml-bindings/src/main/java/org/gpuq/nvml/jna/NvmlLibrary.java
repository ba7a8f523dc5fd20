package org.gpuq.nvml.jna;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;

/**
 * NVML's functions by their C names. Every {@code int} result is an NVML return code. Arrays of length one
 * are out parameters. An absent symbol throws {@link UnsatisfiedLinkError} when it is called: probe the
 * optional ones first.
 */
public interface NvmlLibrary extends Library {
    int nvmlInit_v2();

    int nvmlShutdown();

    String nvmlErrorString(int result);

    int nvmlSystemGetDriverVersion(byte[] version, int length);

    int nvmlSystemGetNVMLVersion(byte[] version, int length);

    int nvmlSystemGetCudaDriverVersion(int[] version);

    int nvmlDeviceGetCount_v2(int[] count);

    int nvmlDeviceGetHandleByIndex_v2(int index, PointerByReference device);

    int nvmlDeviceGetHandleByUUID(byte[] uuid, PointerByReference device);

    int nvmlDeviceGetHandleByPciBusId_v2(byte[] busId, PointerByReference device);

    int nvmlDeviceGetUUID(Pointer device, byte[] uuid, int length);

    int nvmlDeviceGetName(Pointer device, byte[] name, int length);

    int nvmlDeviceGetPciInfo_v3(Pointer device, NvmlPciInfo pci);

    int nvmlDeviceGetMinorNumber(Pointer device, int[] minor);

    int nvmlDeviceGetIndex(Pointer device, int[] index);

    int nvmlDeviceGetMemoryInfo_v2(Pointer device, NvmlMemoryV2 memory);

    int nvmlDeviceGetMemoryInfo(Pointer device, NvmlMemoryV1 memory);

    int nvmlDeviceGetUtilizationRates(Pointer device, NvmlUtilization utilization);

    int nvmlDeviceGetComputeRunningProcesses_v3(Pointer device, int[] count, Pointer processes);

    int nvmlDeviceGetComputeRunningProcesses_v2(Pointer device, int[] count, Pointer processes);

    int nvmlDeviceGetComputeRunningProcesses(Pointer device, int[] count, Pointer processes);

    int nvmlDeviceGetGraphicsRunningProcesses_v3(Pointer device, int[] count, Pointer processes);

    int nvmlDeviceGetGraphicsRunningProcesses_v2(Pointer device, int[] count, Pointer processes);

    int nvmlDeviceGetGraphicsRunningProcesses(Pointer device, int[] count, Pointer processes);

    int nvmlDeviceGetMPSComputeRunningProcesses_v3(Pointer device, int[] count, Pointer processes);

    int nvmlDeviceGetMPSComputeRunningProcesses_v2(Pointer device, int[] count, Pointer processes);

    int nvmlDeviceGetMPSComputeRunningProcesses(Pointer device, int[] count, Pointer processes);

    int nvmlDeviceGetProcessUtilization(Pointer device, Pointer samples, int[] count, long lastSeenTimestampUs);

    int nvmlDeviceGetTemperatureV(Pointer device, NvmlTemperature temperature);

    int nvmlDeviceGetTemperature(Pointer device, int sensor, int[] celsius);

    int nvmlDeviceGetPowerUsage(Pointer device, int[] milliwatts);

    int nvmlDeviceGetEnforcedPowerLimit(Pointer device, int[] milliwatts);

    int nvmlDeviceGetTotalEnergyConsumption(Pointer device, long[] millijoules);

    int nvmlDeviceGetClockInfo(Pointer device, int kind, int[] megahertz);

    int nvmlDeviceGetCurrentClocksEventReasons(Pointer device, long[] reasons);

    int nvmlDeviceGetCurrentClocksThrottleReasons(Pointer device, long[] reasons);

    int nvmlDeviceGetTotalEccErrors(Pointer device, int type, int counter, long[] count);

    int nvmlDeviceGetRemappedRows(Pointer device, int[] correctable, int[] uncorrectable, int[] pending, int[] failure);

    int nvmlDeviceGetFieldValues(Pointer device, int count, NvmlFieldValue values);

    int nvmlDeviceGetComputeMode(Pointer device, int[] mode);

    int nvmlDeviceGetPersistenceMode(Pointer device, int[] enabled);

    int nvmlDeviceGetMigMode(Pointer device, int[] current, int[] pending);

    int nvmlDeviceGetMaxMigDeviceCount(Pointer device, int[] count);

    int nvmlDeviceGetMigDeviceHandleByIndex(Pointer device, int slot, PointerByReference mig);

    int nvmlDeviceGetGpuInstanceId(Pointer device, int[] id);

    int nvmlDeviceGetComputeInstanceId(Pointer device, int[] id);

    int nvmlDeviceGetAttributes_v2(Pointer device, NvmlDeviceAttributes attributes);

    int nvmlDeviceGetDeviceHandleFromMigDeviceHandle(Pointer mig, PointerByReference device);

    int nvmlEventSetCreate(PointerByReference set);

    int nvmlDeviceGetSupportedEventTypes(Pointer device, long[] types);

    int nvmlDeviceRegisterEvents(Pointer device, long types, Pointer set);

    int nvmlEventSetWait_v2(Pointer set, NvmlEventData data, int timeoutMs);

    int nvmlEventSetFree(Pointer set);

    int nvmlDeviceGetTopologyCommonAncestor(Pointer one, Pointer other, int[] level);

    int nvmlDeviceGetNvLinkState(Pointer device, int link, int[] active);

    int nvmlDeviceGetNvLinkRemotePciInfo_v2(Pointer device, int link, NvmlPciInfo pci);

    int nvmlDeviceGetCpuAffinity(Pointer device, int words, long[] cpus);
}
