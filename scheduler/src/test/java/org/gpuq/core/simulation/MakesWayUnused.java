package org.gpuq.core.simulation;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.gpuq.core.engine.Event;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Token;

/** A job is asked to make way only if it wants to, no look has shown it on a GPU, and somebody else is on one of its own. */
final class MakesWayUnused implements Invariant {
    private final Set<Token> seen = new HashSet<>();

    @Override
    public Optional<String> violation(Change change) {
        if (!(change.event() instanceof Event.MakesWay way)) {
            return Optional.empty();
        }
        Job job = change.before().job(way.job()).orElseThrow();
        Run run = job.state().maybeRun().orElseThrow();
        boolean beside = change.surroundings().gpus().gpus().stream()
                .filter(gpu -> run.gpus().contains(gpu.id()))
                .flatMap(gpu -> gpu.processes().stream().flatMap(List::stream))
                .anyMatch(process ->
                        process.owner() == GpuProcess.Owner.FOREIGN || process.owner() == GpuProcess.Owner.UNKNOWN);
        return job.spec().terms().retries().onGpuRace() && !seen.contains(run.token()) && beside
                ? Optional.empty()
                : Optional.of("job " + way.job() + " makes way, and should not: " + run);
    }

    @Override
    public Optional<String> violation(Rest rest) {
        Set<JobId> there = jobs(rest.surroundings().gpus());
        for (JobId id : rest.state().active()) {
            rest.state()
                    .job(id)
                    .filter(job -> there.contains(id))
                    .flatMap(job -> job.state().maybeRun())
                    .filter(run -> run.startedNanos().orElse(Long.MAX_VALUE)
                            <= rest.surroundings().gpus().begunNanos())
                    .ifPresent(run -> seen.add(run.token()));
        }
        return Optional.empty();
    }

    private static Set<JobId> jobs(GpuSnapshot look) {
        Set<JobId> jobs = new HashSet<>();
        look.gpus().stream()
                .flatMap(gpu -> gpu.processes().stream().flatMap(List::stream))
                .forEach(process -> process.job().ifPresent(jobs::add));
        return jobs;
    }
}
