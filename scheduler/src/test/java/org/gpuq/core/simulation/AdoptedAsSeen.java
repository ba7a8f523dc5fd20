package org.gpuq.core.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.Surroundings;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.ProcessKey;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.model.GpuId;

/** A process is adopted onto just those GPUs that the latest look, a fresh one, shows it on, and none of them was leased. */
final class AdoptedAsSeen implements Invariant {
    /** Whether a start is that of a process which runs already. */
    static boolean adoption(Change change, Event.Starting start) {
        return change.after()
                .job(start.job())
                .filter(job -> job.spec().adopted())
                .isPresent();
    }

    @Override
    public Optional<String> violation(Change change) {
        Optional<Job> job = change.event() instanceof Event.Started started
                ? change.after().job(started.job()).filter(it -> it.spec().adopted())
                : Optional.empty();
        return job.flatMap(it -> violation(change.surroundings(), change.after(), it));
    }

    private static Optional<String> violation(Surroundings around, State state, Job job) {
        if (!(job.state() instanceof JobState.Running running)) {
            return Optional.of("job " + job.id() + " was adopted and does not run");
        }
        ProcessKey key = History.keyOf(job).orElseThrow();
        List<GpuId> on = around.gpus().gpus().stream()
                .filter(gpu -> gpu.processes().orElse(List.of()).stream()
                        .anyMatch(process -> process.owner() == GpuProcess.Owner.FOREIGN
                                && process.key().equals(Optional.of(key))))
                .map(gpu -> gpu.id())
                .toList();
        Duration age =
                Duration.ofNanos(around.now().monotonicNanos() - around.gpus().begunNanos());
        boolean fresh = age.compareTo(around.settings().snapshotMaxAge()) <= 0;
        long holders = state.leases().values().stream()
                .filter(lease -> lease.gpus().stream().anyMatch(on::contains))
                .count();
        return running.run().gpus().equals(on) && !on.isEmpty() && fresh && holders == 1
                ? Optional.empty()
                : Optional.of("job " + job.id() + " of " + key + " gets "
                        + running.run().gpus() + " and is on " + on);
    }
}
