package org.gpuq.core.job;

/**
 * What a job's processes may use together at the most; 0 is as much as there is.
 *
 * @param memoryBytes memory, without the GPUs' own
 * @param processes processes and threads at once
 * @param milliCpus thousandths of a CPU's time
 */
public record Bounds(long memoryBytes, long processes, int milliCpus) {
    public static final Bounds NONE = new Bounds(0, 0, 0);

    public Bounds {
        if (memoryBytes < 0 || processes < 0 || milliCpus < 0) {
            throw new IllegalArgumentException("bounds are not negative");
        }
    }

    /** Where this does not say, the other counts. */
    public Bounds or(Bounds other) {
        return new Bounds(
                memoryBytes > 0 ? memoryBytes : other.memoryBytes,
                processes > 0 ? processes : other.processes,
                milliCpus > 0 ? milliCpus : other.milliCpus);
    }
}
