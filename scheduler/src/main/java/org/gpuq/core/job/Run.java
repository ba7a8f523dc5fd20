package org.gpuq.core.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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
 * @param cancellation set once somebody asked for its end, or its time was up
 * @param startedNanos when its process ran, by the monotonic clock of this boot; empty before that
 * @param warning the signal that told it that its time is running out; 0: none
 * @param placement a phrase: why just those GPUs; empty when there was nothing to choose
 * @param arrived whether it has been seen on a GPU of its own; noted only where it matters
 */
public record Run(
        Token token,
        List<GpuId> gpus,
        Instant leasedAt,
        Optional<JobProcess> process,
        Optional<Instant> startedAt,
        Optional<Cancellation> cancellation,
        OptionalLong startedNanos,
        int warning,
        String placement,
        boolean arrived) {
    public Run {
        gpus = List.copyOf(gpus);
    }

    /** One of which nothing is to be said of its GPUs. */
    public Run(
            Token token,
            List<GpuId> gpus,
            Instant leasedAt,
            Optional<JobProcess> process,
            Optional<Instant> startedAt,
            Optional<Cancellation> cancellation) {
        this(token, gpus, leasedAt, process, startedAt, cancellation, "");
    }

    /** A start that was just decided. */
    public Run(
            Token token,
            List<GpuId> gpus,
            Instant leasedAt,
            Optional<JobProcess> process,
            Optional<Instant> startedAt,
            Optional<Cancellation> cancellation,
            String placement) {
        this(token, gpus, leasedAt, process, startedAt, cancellation, OptionalLong.empty(), 0, placement, false);
    }

    public Run started(JobProcess is, Instant at, OptionalLong nanos) {
        return new Run(
                token,
                gpus,
                leasedAt,
                Optional.of(is),
                Optional.of(at),
                cancellation,
                nanos,
                warning,
                placement,
                arrived);
    }

    public Run with(Cancellation wish) {
        return new Run(
                token,
                gpus,
                leasedAt,
                process,
                startedAt,
                Optional.of(wish),
                startedNanos,
                warning,
                placement,
                arrived);
    }

    public Run warned(int signal) {
        return new Run(
                token, gpus, leasedAt, process, startedAt, cancellation, startedNanos, signal, placement, arrived);
    }

    public Run seenOnGpu() {
        return new Run(token, gpus, leasedAt, process, startedAt, cancellation, startedNanos, warning, placement, true);
    }

    /**
     * A wish that a started job end.
     *
     * @param by who wants it; empty: its time is up
     * @param atMonotonicNanos when, for the grace between TERM and KILL
     * @param lastSignal the strongest signal sent so far
     * @param again whether it only makes way, and is queued again
     */
    public record Cancellation(Optional<User> by, Instant at, long atMonotonicNanos, int lastSignal, boolean again) {
        /** It is to end for good. */
        public Cancellation(Optional<User> by, Instant at, long atMonotonicNanos, int lastSignal) {
            this(by, at, atMonotonicNanos, lastSignal, false);
        }

        public Cancellation sent(int signal) {
            return new Cancellation(by, at, atMonotonicNanos, signal, again);
        }
    }
}
