package org.gpuq.nvml;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A process that has a GPU open.
 *
 * @param pid in the driver's view, which is the machine's outside any container
 * @param usedMemoryBytes empty when the driver does not say
 * @param gpuInstanceId of the MIG slice it runs on, if any
 * @param computeInstanceId of the MIG slice it runs on, if any
 */
public record ProcessInfo(
        long pid, OptionalLong usedMemoryBytes, OptionalInt gpuInstanceId, OptionalInt computeInstanceId) {}
