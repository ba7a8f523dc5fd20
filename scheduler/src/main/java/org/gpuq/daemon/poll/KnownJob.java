package org.gpuq.daemon.poll;

import java.util.Optional;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.model.JobId;

/**
 * A job whose processes may be on a GPU: it starts, runs, or ended and its GPUs cool down.
 *
 * @param process its first process, once that is known
 * @param token names its start; its processes have it in their environment
 * @param uid who it runs as: a token in another user's process proves nothing
 */
public record KnownJob(JobId id, Optional<JobProcess> process, String token, int uid) {
    /** One that is known by its process alone. */
    KnownJob(JobId id, JobProcess process) {
        this(id, Optional.of(process), "", -1);
    }
}
