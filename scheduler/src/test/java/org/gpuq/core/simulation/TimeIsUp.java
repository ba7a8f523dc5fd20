package org.gpuq.core.simulation;

import static org.gpuq.core.simulation.Invariant.when;

import java.time.Duration;
import java.util.Optional;
import org.gpuq.core.engine.Event;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.TimeLimit;
import org.gpuq.core.model.JobId;

/** Nobody is ended or warned before his time, whatever the wall clock says and however often the daemon dies. */
final class TimeIsUp implements Invariant {
    /** The kernel tells when a process began to a hundredth of a second. */
    private static final Duration GRAIN = Duration.ofMillis(10);

    @Override
    public Optional<String> violation(Change change) {
        if (change.event() instanceof Event.TimeUp up) {
            return early(change, up.job(), limit(change, up.job()).limit());
        }
        if (change.event() instanceof Event.Warned warned) {
            TimeLimit limit = limit(change, warned.job());
            return early(
                    change,
                    warned.job(),
                    limit.limit().minus(limit.warning().orElseThrow().before()));
        }
        return Optional.empty();
    }

    private static TimeLimit limit(Change change, JobId id) {
        return change.before().job(id).orElseThrow().spec().terms().time().orElseThrow();
    }

    private static Optional<String> early(Change change, JobId id, Duration due) {
        long begun = change.before()
                .job(id)
                .flatMap(Job::lastRun)
                .flatMap(run -> change.world().program(run.token()))
                .orElseThrow()
                .begunNanos
                .orElseThrow();
        Duration ran = Duration.ofNanos(change.world().now().monotonicNanos() - begun);
        return when(ran.plus(GRAIN).compareTo(due) < 0, () -> change.event() + " after " + ran + " of " + due);
    }
}
