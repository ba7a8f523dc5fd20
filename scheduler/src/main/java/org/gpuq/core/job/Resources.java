package org.gpuq.core.job;

/**
 * What a job needs to run. A job without GPUs takes CPU slots; a job with GPUs takes those and no slot.
 *
 * @param gpus how many whole GPUs, 0 to 64
 * @param slots how many CPU slots: 1 to 1,000,000, and 0 for a job with GPUs
 * @param want which GPUs will do
 * @param bounds what it may use at the most, as its submitter said
 */
public record Resources(int gpus, int slots, GpuWant want, Bounds bounds) {
    public static final int MAX_GPUS = 64;
    public static final int MAX_SLOTS = 1_000_000;
    public static final Resources CPU = new Resources(0);

    public Resources {
        if (gpus < 0 || gpus > MAX_GPUS) {
            throw new IllegalArgumentException("gpus must be 0 to " + MAX_GPUS + ": " + gpus);
        }
        if (gpus > 0 ? slots != 0 : slots < 1 || slots > MAX_SLOTS) {
            throw new IllegalArgumentException("slots must be 1 to " + MAX_SLOTS + ", or 0 beside GPUs: " + slots);
        }
        if (want.share().isPresent() && gpus != 1) {
            throw new IllegalArgumentException("only one GPU can be shared: " + gpus);
        }
    }

    /** Any GPUs will do. */
    public Resources(int gpus, int slots) {
        this(gpus, slots, GpuWant.ANY);
    }

    /** As much as there is. */
    public Resources(int gpus, int slots, GpuWant want) {
        this(gpus, slots, want, Bounds.NONE);
    }

    public Resources within(Bounds wanted) {
        return new Resources(gpus, slots, want, wanted);
    }

    /** One slot for a job without GPUs. */
    public Resources(int gpus) {
        this(gpus, gpus > 0 ? 0 : 1);
    }

    /** Whether it can do with a part of a GPU that others use too. */
    public boolean shares() {
        return want.share().isPresent();
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
