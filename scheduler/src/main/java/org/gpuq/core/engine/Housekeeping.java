package org.gpuq.core.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Resources;
import org.gpuq.core.model.JobId;

/** Lets ended jobs go. */
final class Housekeeping {
    /** Forgetting goes in batches, so that most decisions do not write a line about it. */
    private static final int BATCH = 100;

    /** Who keeps few wants few: the batch is at most this part of what is kept. */
    private static final int PART = 10;

    private Housekeeping() {}

    static void forgetOldest(Draft draft) {
        State state = draft.state();
        int keep = draft.surroundings().settings().keepEnded();
        int excess = state.ended().size() - keep;
        if (excess < Math.clamp(keep / PART, 1, BATCH)) {
            return;
        }
        List<JobId> free = new ArrayList<>(state.ended().size());
        for (JobId id : state.ended()) {
            if (!state.leases().containsKey(id)) {
                free.add(id);
            }
        }
        // By end, not by id: what ran for a week and ended just now is not old.
        free.sort(Comparator.comparing((JobId id) -> endedAt(state, id)).thenComparing(Comparator.naturalOrder()));
        if (!free.isEmpty()) {
            draft.add(new Event.Forgotten(free.subList(0, Math.min(excess, free.size()))));
        }
    }

    /** As time passes; a clock that is set forward makes jobs older. */
    static void forgetOld(Draft draft) {
        State state = draft.state();
        Duration keep = draft.surroundings().settings().keepEndedFor();
        if (keep.isZero()) {
            return;
        }
        Instant limit = draft.surroundings().now().wall().minus(keep);
        List<JobId> old = new ArrayList<>();
        for (JobId id : state.ended()) {
            if (!state.leases().containsKey(id) && endedAt(state, id).isBefore(limit)) {
                old.add(id);
            }
        }
        if (!old.isEmpty()) {
            draft.add(new Event.Forgotten(old));
        }
    }

    private static Instant endedAt(State state, JobId id) {
        return state.job(id).orElseThrow().state() instanceof JobState.Ended ended ? ended.at() : Instant.MAX;
    }

    static Answer forget(Draft draft, Input.Forget forget) {
        State state = draft.state();
        Set<JobId> named = new TreeSet<>(forget.jobs());
        for (JobId id : named) {
            Optional<Refusal> refusal = objection(state, forget, id);
            if (refusal.isPresent()) {
                return new Answer.Refused(refusal.get());
            }
        }
        List<JobId> gone = new ArrayList<>();
        for (JobId id : named.isEmpty() ? state.ended() : named) {
            if (forget.mayManage(state.job(id).orElseThrow()) && !state.leases().containsKey(id)) {
                gone.add(id);
            }
        }
        if (!gone.isEmpty()) {
            draft.add(new Event.Forgotten(gone));
        }
        return new Answer.Done();
    }

    static Answer setSlots(Draft draft, Input.SetSlots wish) {
        if (!Deed.of(wish).allowedTo(Role.of(wish.by(), wish.administrator()))) {
            return new Answer.Refused(new Refusal(
                    Kind.NOT_PERMITTED,
                    "the number of CPU slots is for an administrator to set",
                    "the configuration says who is one"));
        }
        if (wish.slots() < 1 || wish.slots() > Resources.MAX_SLOTS) {
            return new Answer.Refused(new Refusal(
                    Kind.USAGE, "there must be 1 to " + Resources.MAX_SLOTS + " CPU slots, not " + wish.slots(), ""));
        }
        if (wish.slots() != Schedule.view(draft).slots()) {
            slots(draft, wish.slots());
        }
        return new Answer.Done();
    }

    /** A number that was set while a daemon ran holds until the configuration says another than it did then. */
    static void heedConfiguredSlots(Draft draft) {
        int configured = draft.surroundings().settings().slots();
        draft.state().slots().filter(set -> set.configured() != configured).ifPresent(old -> slots(draft, configured));
    }

    private static void slots(Draft draft, int slots) {
        Surroundings around = draft.surroundings();
        SlotsSet set = new SlotsSet(slots, around.settings().slots());
        draft.add(new Event.SlotsChanged(set, around.now().wall()));
    }

    private static Optional<Refusal> objection(State state, Input.Forget forget, JobId id) {
        Optional<Job> found = state.job(id);
        if (found.isEmpty()) {
            return Optional.of(new Refusal(Kind.NOT_FOUND, "there is no job " + id, ""));
        }
        if (!forget.mayManage(found.get())) {
            return Optional.of(new Refusal(Kind.NOT_PERMITTED, "job " + id + " is not yours to remove", ""));
        }
        if (!(found.get().state() instanceof JobState.Ended)) {
            return Optional.of(
                    new Refusal(Kind.FAILED, "job " + id + " has not ended", "'q cancel " + id + "' takes it back"));
        }
        return state.leases().containsKey(id)
                ? Optional.of(new Refusal(
                        Kind.FAILED,
                        "the GPUs of job " + id + " are not clean yet",
                        "try again when 'q gpu' shows them free"))
                : Optional.empty();
    }
}
