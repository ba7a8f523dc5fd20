package org.gpuq.core.job;

/**
 * What a job needs to run. A job without GPUs takes one CPU slot; a job with GPUs takes those and no slot.
 *
 * @param gpus how many whole GPUs, 0 to 64
 */
public record Resources(int gpus) {
    public static final int MAX_GPUS = 64;
    public static final Resources CPU = new Resources(0);

    public Resources {
        if (gpus < 0 || gpus > MAX_GPUS) {
            throw new IllegalArgumentException("gpus must be 0 to " + MAX_GPUS + ": " + gpus);
        }
    }

    /** The line this job stands in. */
    public Line line() {
        return gpus > 0 ? Line.GPU : Line.CPU;
    }

    /** Jobs of different lines never wait for each other. */
    public enum Line {
        CPU,
        GPU
    }
}
