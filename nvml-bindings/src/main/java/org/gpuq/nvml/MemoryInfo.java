package org.gpuq.nvml;

import java.util.OptionalLong;

/**
 * A GPU's memory.
 *
 * @param totalBytes all there is
 * @param reservedBytes what the driver keeps for itself; empty when it does not say, and then {@code usedBytes}
 *     includes it (an idle H100 has about 500 MB)
 * @param freeBytes what can still be allocated
 * @param usedBytes what is allocated
 * @param unified whether this is the machine's own memory, shared with the CPUs (GB10, Thor): total and free are
 *     then the machine's, and used is the sum over the GPU's processes
 */
public record MemoryInfo(
        long totalBytes, OptionalLong reservedBytes, long freeBytes, long usedBytes, boolean unified) {}
