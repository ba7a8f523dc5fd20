package org.gpuq.nvml;

/**
 * One sample of what a process did to a GPU.
 *
 * @param timestampUs when it was taken, microseconds since 1970
 * @param smPercent 0 to 100
 * @param memoryPercent 0 to 100
 * @param encoderPercent 0 to 100
 * @param decoderPercent 0 to 100
 */
public record ProcessUtilization(
        long pid, long timestampUs, int smPercent, int memoryPercent, int encoderPercent, int decoderPercent) {}
