package org.gpuq.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.job.End;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.JobId;

/** Takes jobs out of the list for good: queued ones never run, and those that follow them are skipped. */
final class Removing {
    private Removing() {}

    /** All or none: a wrong id among many changes nothing. */
    static Answer remove(Draft draft, Input.Remove wish) {
        NavigableSet<JobId> ids = new TreeSet<>(wish.jobs());
        for (JobId id : ids) {
            Optional<Refusal> refusal = objection(draft.state(), wish, id);
            if (refusal.isPresent()) {
                return new Answer.Refused(refusal.get());
            }
        }
        // From the last to the first, so that a removed parent does not first skip a child that is removed too.
        for (JobId id : ids.descendingSet()) {
            if (draft.state().job(id).orElseThrow().state() instanceof JobState.Queued) {
                Reports.end(draft, id, new End.Cancelled(wish.by(), Optional.empty(), Usage.NONE));
            }
        }
        if (!ids.isEmpty()) {
            draft.add(new Event.Forgotten(List.copyOf(ids)));
        }
        return new Answer.Done();
    }

    private static Optional<Refusal> objection(State state, Input.Remove wish, JobId id) {
        Optional<Job> found = state.job(id);
        if (found.isEmpty()) {
            return Optional.of(Refusal.noJob(id));
        }
        if (!wish.mayManage(found.get())) {
            return Optional.of(new Refusal(
                    Kind.NOT_PERMITTED,
                    "job " + id + " is not yours to remove: it belongs to "
                            + found.get().spec().user().name(),
                    "ask its owner or an administrator"));
        }
        if (found.get().state().active()) {
            return Optional.of(new Refusal(
                    Kind.FAILED, "job " + id + " is " + found.get().state().word(), "'q cancel " + id + "' ends it"));
        }
        return state.leases().containsKey(id)
                ? Optional.of(new Refusal(
                        Kind.FAILED,
                        "the GPUs of job " + id + " are not clean yet",
                        "try again when 'q gpu' shows them free"))
                : Optional.empty();
    }

    /** The queue is forgotten and numbers begin anew; what runs goes on. */
    static Answer clear(Draft draft, Input.Clear wish) {
        List<Job> others = new ArrayList<>();
        for (Job job : draft.state().jobs()) {
            if (!wish.mayManage(job)) {
                others.add(job);
            }
        }
        if (!others.isEmpty()) {
            return new Answer.Refused(new Refusal(
                    Kind.NOT_PERMITTED,
                    "the queue is not yours alone: job " + others.getFirst().id() + " belongs to "
                            + others.getFirst().spec().user().name(),
                    "only an administrator ends a queue with others' jobs in it"));
        }
        draft.add(new Event.Cleared(draft.surroundings().now().wall()));
        return new Answer.Done();
    }
}
