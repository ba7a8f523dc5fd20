package org.gpuq.core.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.Token;
import org.gpuq.core.model.User;

/**
 * One start of a job.
 *
 * @param gpus the GPUs leased for it, in the order of their indices; empty for a CPU job
 * @param leasedAt when the start was decided
 * @param process its process, once it runs
 * @param startedAt when its process ran, by the wall clock
 * @param cancellation set once somebody asked for its end
 */
public record Run(
        Token token,
        List<GpuId> gpus,
        Instant leasedAt,
        Optional<JobProcess> process,
        Optional<Instant> startedAt,
        Optional<Cancellation> cancellation) {
    public Run {
        gpus = List.copyOf(gpus);
    }

    /**
     * A wish that a started job end.
     *
     * @param atMonotonicNanos when, for the grace between TERM and KILL
     * @param lastSignal the strongest signal sent so far
     */
    public record Cancellation(User by, Instant at, long atMonotonicNanos, int lastSignal) {}
}
