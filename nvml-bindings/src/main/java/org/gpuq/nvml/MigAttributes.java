package org.gpuq.nvml;

/**
 * The size of a MIG slice.
 *
 * @param memoryBytes rounded by the driver to whole MiB
 */
public record MigAttributes(int multiprocessors, int gpuInstanceSlices, int computeInstanceSlices, long memoryBytes) {}
