package org.gpuq.core.gpu;

import java.time.Instant;
import java.util.List;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;

/**
 * A job's hold on GPUs, from the decision to start it until its processes have left and the GPUs are clean.
 *
 * @param phase whether the job still runs
 * @param since when its start was decided
 */
public record Lease(JobId job, List<GpuId> gpus, Phase phase, Instant since) {
    public Lease {
        gpus = List.copyOf(gpus);
    }

    /** Further on. */
    public Lease with(Phase next) {
        return new Lease(job, gpus, next, since);
    }

    /** How far a lease has come. */
    public sealed interface Phase {
        /** The job starts or runs. */
        record Held() implements Phase {}

        /**
         * The job ended; its GPUs are waited for.
         *
         * @param sinceNanos monotonic time of the end, or of the last process' going where that came later: only a poll
         *     begun after it counts
         * @param processesGone whether q-launch has seen its last process go
         */
        record Cooling(long sinceNanos, boolean processesGone) implements Phase {}
    }
}
