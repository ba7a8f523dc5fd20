package org.gpuq.core.engine;

/**
 * What one user may have at once, root and the daemon's own user too; 0 is without end.
 *
 * @param queued jobs that wait
 * @param gpus GPUs that are leased to running jobs
 */
public record UserLimits(int queued, int gpus) {
    public static final UserLimits NONE = new UserLimits(0, 0);
}
