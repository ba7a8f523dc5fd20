package org.gpuq.core.job;

/**
 * What a job's processes used, measured by its supervisor.
 *
 * @param userCpuMicros CPU time in user mode, µs
 * @param systemCpuMicros CPU time in the kernel, µs
 * @param peakMemoryBytes largest resident set of one of its processes
 * @param runMicros from start to end by the monotonic clock, µs
 */
public record Usage(long userCpuMicros, long systemCpuMicros, long peakMemoryBytes, long runMicros) {
    public static final Usage NONE = new Usage(0, 0, 0, 0);
}
