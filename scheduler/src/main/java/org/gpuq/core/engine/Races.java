package org.gpuq.core.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.JobId;

/**
 * A process outside the queue may come onto a GPU between the look that shows it free and the first doings of the job that
 * gets it. A job that asks for it makes way then, before it has done anything on the GPU, and is queued again in front.
 */
final class Races {
    /** How long after a job's start somebody who comes onto its GPU came as it did. */
    static final Duration WINDOW = Duration.ofSeconds(5);

    private Races() {}

    /** Writes down, of jobs that would make way, that one has begun to use its GPU: from then on it stays. */
    static void noteArrivals(Draft draft) {
        for (JobId id : draft.state().active()) {
            Job job = draft.state().job(id).orElseThrow();
            if (job.spec().terms().retries().onGpuRace()
                    && job.state() instanceof JobState.Running running
                    && !running.run().arrived()
                    && early(draft, running.run())
                    && onItsGpu(draft, job, running.run())) {
                draft.add(new Event.Arrived(id));
            }
        }
    }

    /**
     * One that has left /proc already may have been the job's own, and so may one in a container, whose parent is the
     * container's runtime.
     */
    static boolean surelyOthers(GpuProcess process) {
        return process.owner() == GpuProcess.Owner.FOREIGN
                && process.detail().container().isEmpty();
    }

    /** Whether the job starts, or has just started, and has not come onto its GPU. */
    static boolean open(Draft draft, Job job) {
        return job.state().active()
                && !job.spec().adopted()
                && job.state()
                        .maybeRun()
                        .filter(run -> !run.arrived() && early(draft, run) && !onItsGpu(draft, job, run))
                        .isPresent();
    }

    /** Asks it to end, if it wants to be asked and may be queued once more. */
    static void makeWay(Draft draft, JobId id) {
        Job job = draft.state().job(id).orElseThrow();
        boolean wanted = job.spec().terms().retries().onGpuRace()
                && Retrying.left(job)
                && job.state()
                        .maybeRun()
                        .filter(run -> run.cancellation().isEmpty())
                        .isPresent();
        if (wanted) {
            long nanos = draft.surroundings().now().monotonicNanos();
            draft.add(new Event.MakesWay(id, draft.surroundings().now().wall(), nanos));
            draft.add(new Event.SignalSent(id, Cancelling.SIGTERM));
        }
    }

    /** By when the look began: one that comes back late tells of an early moment all the same. */
    private static boolean early(Draft draft, Run run) {
        return run.startedNanos().isEmpty()
                || draft.surroundings().gpus().begunNanos() - run.startedNanos().getAsLong() <= WINDOW.toNanos();
    }

    private static boolean onItsGpu(Draft draft, Job job, Run run) {
        return draft.surroundings().gpus().gpus().stream()
                .filter(gpu -> run.gpus().contains(gpu.id()))
                .flatMap(gpu -> gpu.processes().stream().flatMap(List::stream))
                .map(GpuProcess::job)
                .anyMatch(Optional.of(job.id())::equals);
    }
}
