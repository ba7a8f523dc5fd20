package org.gpuq.core.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.job.Attempt;
import org.gpuq.core.job.End;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Retries;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.JobId;

/** Queues jobs again after a run that came to nothing, where their terms ask for it. */
final class Retrying {
    /** A fault of a GPU is mostly seen a moment after the job that it made fail has ended. */
    static final Duration FAULT_SHOWS_WITHIN = Duration.ofSeconds(3);

    private Retrying() {}

    /** What follows from the end of a run; empty when it ends the job. */
    static Optional<Event> again(Draft draft, Job job, End end, Instant at) {
        Retries retries = job.spec().terms().retries();
        int tries = tries(job) + 1;
        if (tries > retries.most()) {
            return Optional.empty();
        }
        if (end instanceof End.MadeWay && retries.wantedAfter(end)) {
            return Optional.of(requeued(draft, job, end, at, Duration.ZERO, false));
        }
        boolean faulty = end instanceof End.Failed
                && retries.onGpuFault()
                && job.lastRun().filter(run -> faulty(draft, run)).isPresent();
        if (retries.wantedAfter(end) || faulty) {
            return Optional.of(requeued(draft, job, end, at, retries.rest(tries), false));
        }
        return end instanceof End.Failed && retries.onGpuFault()
                ? Optional.of(requeued(draft, job, end, at, FAULT_SHOWS_WITHIN, true))
                : Optional.empty();
    }

    /** The machine went down under it: nobody saw how it ended, and nothing of it is left. */
    static Optional<Event> afterReboot(Draft draft, Job job, End.Lost end) {
        return job.spec().terms().retries().afterReboot()
                ? Optional.of(
                        requeued(draft, job, end, draft.surroundings().now().wall(), Duration.ZERO, false))
                : Optional.empty();
    }

    private static Event requeued(Draft draft, Job job, End end, Instant at, Duration rest, boolean undecided) {
        long now = draft.surroundings().now().monotonicNanos();
        return new Event.Requeued(job.id(), end, at, now, new JobState.Rest(now + rest.toNanos(), undecided));
    }

    /** Whether it may be queued once more. */
    static boolean left(Job job) {
        return tries(job) < job.spec().terms().retries().most();
    }

    /** A machine that went down under it was not its fault. */
    private static int tries(Job job) {
        return (int) job.past().stream()
                .filter(attempt -> !(attempt.end() instanceof End.Lost))
                .count();
    }

    /** Whoever has rested, and has left its GPUs, gets in line, or is over after all. */
    static void wake(Draft draft) {
        if (draft.state().resting().isEmpty()) {
            return;
        }
        long now = draft.surroundings().now().monotonicNanos();
        for (JobId id : draft.state().resting()) {
            Job job = draft.state().job(id).orElseThrow();
            if (job.state() instanceof JobState.Queued queued
                    && queued.rest().filter(rest -> rest.untilNanos() <= now).isPresent()
                    && !draft.state().leases().containsKey(id)) {
                wake(draft, job, queued.rest().get());
            }
        }
    }

    private static void wake(Draft draft, Job job, JobState.Rest rest) {
        Attempt last = job.past().getLast();
        if (rest.undecided() && !faulty(draft, last.run())) {
            Reports.end(draft, job.id(), last.end(), last.at());
        } else {
            draft.add(new Event.Rested(job.id()));
        }
    }

    private static boolean sound(Draft draft, ObservedGpu gpu) {
        return gpu.troubles().isEmpty() && !draft.state().gpus().quarantines().containsKey(gpu.id());
    }

    private static boolean faulty(Draft draft, Run run) {
        GpuSnapshot seen = draft.surroundings().gpus();
        List<ObservedGpu> sound =
                seen.gpus().stream().filter(gpu -> sound(draft, gpu)).toList();
        return !(seen.driver() instanceof Driver.Ready)
                || run.gpus().stream()
                        .anyMatch(id -> sound.stream().noneMatch(gpu -> gpu.id().equals(id)));
    }
}
