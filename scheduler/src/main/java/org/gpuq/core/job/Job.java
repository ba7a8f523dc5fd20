package org.gpuq.core.job;

import java.time.Instant;
import org.gpuq.core.model.JobId;

/**
 * A job as it stands.
 *
 * @param submittedAt by the wall clock
 */
public record Job(JobId id, JobSpec spec, Instant submittedAt, JobState state) {
    public Job with(JobState next) {
        return new Job(id, spec, submittedAt, next);
    }

    /** {@code 1 GPU}, {@code 2 GPUs}. */
    public static String gpus(int count) {
        return count == 1 ? "1 GPU" : count + " GPUs";
    }
}
