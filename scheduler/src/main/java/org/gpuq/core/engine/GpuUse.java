package org.gpuq.core.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.job.Attempt;
import org.gpuq.core.job.End;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.User;

/**
 * One job's time on a GPU. Known for as long as the job is in the list.
 *
 * @param from when its process ran, or its start was decided where it never did
 * @param until when it ended; empty while it has not
 * @param end how it ended; empty while it has not
 */
public record GpuUse(JobId job, User user, Instant from, Optional<Instant> until, Optional<End> end) {
    /** The last ones of a GPU, the latest first. */
    static List<GpuUse> of(State state, GpuId gpu, int most) {
        List<GpuUse> uses = new ArrayList<>();
        for (Job job : state.jobs()) {
            for (Attempt attempt : job.past()) {
                add(uses, gpu, job, attempt.run(), Optional.of(attempt.at()), Optional.of(attempt.end()));
            }
            job.state().maybeRun().ifPresent(run -> {
                Optional<JobState.Ended> ended =
                        job.state() instanceof JobState.Ended over ? Optional.of(over) : Optional.empty();
                add(uses, gpu, job, run, ended.map(JobState.Ended::at), ended.map(JobState.Ended::end));
            });
        }
        return uses.stream()
                .sorted(Comparator.comparing(GpuUse::from).reversed())
                .limit(most)
                .toList();
    }

    private static void add(
            List<GpuUse> uses, GpuId gpu, Job job, Run run, Optional<Instant> until, Optional<End> end) {
        if (run.gpus().contains(gpu)) {
            Instant from = run.startedAt().orElse(run.leasedAt());
            uses.add(new GpuUse(job.id(), job.spec().user(), from, until, end));
        }
    }
}
