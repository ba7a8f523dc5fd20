package org.gpuq.core.engine;

import org.gpuq.core.engine.Event.FollowUp.Kind;
import org.gpuq.core.job.Delivery;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;

/** Who is told that a job has run: each is a start of its own, at most once, whose end nobody waits for. */
final class FollowUps {
    private FollowUps() {}

    /** @param job as it was right before its end: one that never started has nothing to tell */
    static void decide(Draft draft, Job job) {
        Delivery delivery = job.spec().delivery();
        if (job.state() instanceof JobState.Queued) {
            return;
        }
        if (delivery.onFinish().isPresent()) {
            add(draft, job, Kind.FINISH);
        }
        if (delivery.mailTo().isPresent()) {
            add(draft, job, Kind.MAIL);
        }
    }

    private static void add(Draft draft, Job job, Kind kind) {
        draft.add(new Event.FollowUp(job.id(), draft.surroundings().tokens().get(), kind));
    }
}
