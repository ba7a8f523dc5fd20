package org.gpuq.core.engine;

import java.util.Optional;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Run;
import org.gpuq.core.job.TimeLimit;
import org.gpuq.core.model.JobId;

/** Warns jobs whose time is running out, and ends those whose time is up. All by the monotonic clock. */
final class TimeLimits {
    private TimeLimits() {}

    static void enforce(Draft draft) {
        for (JobId id : draft.state().active()) {
            Job job = draft.state().job(id).orElseThrow();
            Optional<TimeLimit> limit = job.spec().terms().time();
            if (limit.isPresent() && job.state() instanceof JobState.Running running) {
                enforce(draft, id, limit.get(), running.run());
            }
        }
    }

    private static void enforce(Draft draft, JobId id, TimeLimit limit, Run run) {
        if (run.cancellation().isPresent() || run.startedNanos().isEmpty()) {
            return;
        }
        long now = draft.surroundings().now().monotonicNanos();
        long left = limit.limit().toNanos() - (now - run.startedNanos().getAsLong());
        if (left <= 0) {
            draft.add(new Event.TimeUp(id, draft.surroundings().now().wall(), now));
            draft.add(new Event.SignalSent(id, Cancelling.SIGTERM));
            return;
        }
        limit.warning()
                .filter(warning ->
                        run.warning() == 0 && left <= warning.before().toNanos())
                .ifPresent(warning -> draft.add(new Event.Warned(id, warning.signal())));
    }
}
