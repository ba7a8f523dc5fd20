package org.gpuq.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.model.JobId;

/** Lets ended jobs go. */
final class Housekeeping {
    /** Forgetting goes in batches, so that most decisions do not write a line about it. */
    private static final int BATCH = 100;

    private Housekeeping() {}

    static void forgetOldest(Draft draft) {
        State state = draft.state();
        int excess = state.ended().size() - draft.surroundings().settings().keepEnded();
        if (excess < BATCH) {
            return;
        }
        List<JobId> oldest = new ArrayList<>(excess);
        for (JobId id : state.ended()) {
            if (oldest.size() == excess) {
                break;
            }
            if (!state.leases().containsKey(id)) {
                oldest.add(id);
            }
        }
        if (!oldest.isEmpty()) {
            draft.add(new Event.Forgotten(oldest));
        }
    }

    static Answer forget(Draft draft, Input.Forget forget) {
        State state = draft.state();
        for (JobId id : new TreeSet<>(forget.jobs())) {
            Optional<Refusal> refusal = objection(state, forget, id);
            if (refusal.isPresent()) {
                return new Answer.Refused(refusal.get());
            }
        }
        List<JobId> gone = new ArrayList<>();
        for (JobId id : forget.jobs().isEmpty() ? state.ended() : new TreeSet<>(forget.jobs())) {
            if (mayForget(state.job(id).orElseThrow(), forget)
                    && !state.leases().containsKey(id)) {
                gone.add(id);
            }
        }
        if (!gone.isEmpty()) {
            draft.add(new Event.Forgotten(gone));
        }
        return new Answer.Done();
    }

    private static boolean mayForget(Job job, Input.Forget forget) {
        return forget.administrator() || job.spec().user().is(forget.by());
    }

    private static Optional<Refusal> objection(State state, Input.Forget forget, JobId id) {
        Optional<Job> found = state.job(id);
        if (found.isEmpty()) {
            return Optional.of(new Refusal(Kind.NOT_FOUND, "there is no job " + id, ""));
        }
        if (!mayForget(found.get(), forget)) {
            return Optional.of(new Refusal(Kind.NOT_PERMITTED, "job " + id + " is not yours to remove", ""));
        }
        return found.get().state() instanceof JobState.Ended
                ? Optional.empty()
                : Optional.of(new Refusal(
                        Kind.FAILED, "job " + id + " has not ended", "'q cancel " + id + "' takes it back"));
    }
}
