package org.gpuq.nvml;

/**
 * How busy a GPU was over the driver's last sample period (1/6 s to 1 s).
 *
 * @param gpuPercent part of the time in which a kernel ran, 0 to 100; a low value never proves it free
 * @param memoryPercent part of the time in which memory was read or written, 0 to 100
 */
public record Utilization(int gpuPercent, int memoryPercent) {}
