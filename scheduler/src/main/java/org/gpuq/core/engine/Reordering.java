package org.gpuq.core.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Place;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.model.JobId;

/** Moves queued jobs. Nobody gets before another user's job by that; only an administrator puts one before all. */
final class Reordering {
    private Reordering() {}

    static Answer advance(Draft draft, Input.Advance wish) {
        State state = draft.state();
        Optional<Refusal> refusal = objection(state, wish, wish.job());
        if (refusal.isPresent()) {
            return new Answer.Refused(refusal.get());
        }
        Job job = state.job(wish.job()).orElseThrow();
        List<Job> before = before(state, job);
        List<Job> own = before.stream()
                .filter(other -> other.spec().user().is(job.spec().user()))
                .toList();
        boolean all = Deed.MOVE_BEFORE_ALL.allowedTo(Role.of(wish.by(), wish.administrator()));
        if (all || own.size() == before.size()) {
            draft.add(new Event.Reordered(List.of(new Place(job.id(), state.frontPlace()))));
        } else if (!own.isEmpty()) {
            draft.add(new Event.Reordered(rotated(state, own, job)));
        }
        return new Answer.Done();
    }

    /** Those of its line that come before it, those that wait for others among them, in their order. */
    private static List<Job> before(State state, Job job) {
        int place = state.place(job.id());
        Line line = job.spec().resources().line();
        List<Job> before = new ArrayList<>();
        for (Iterable<JobId> some : List.<Iterable<JobId>>of(state.ready(line), state.held())) {
            for (JobId id : some) {
                Job other = state.job(id).orElseThrow();
                if (other.spec().resources().line() == line && state.place(id) < place) {
                    before.add(other);
                }
            }
        }
        before.sort(Comparator.comparingInt(other -> state.place(other.id())));
        return before;
    }

    /** The job takes the first place of its owner's, and each of those the next one. */
    private static List<Place> rotated(State state, List<Job> own, Job job) {
        List<Place> places = new ArrayList<>();
        JobId moving = job.id();
        for (Job other : own) {
            places.add(new Place(moving, state.place(other.id())));
            moving = other.id();
        }
        places.add(new Place(moving, state.place(job.id())));
        return places;
    }

    static Answer swap(Draft draft, Input.Swap wish) {
        State state = draft.state();
        Optional<Refusal> refusal = objection(state, wish, wish.one()).or(() -> objection(state, wish, wish.other()));
        if (refusal.isPresent()) {
            return new Answer.Refused(refusal.get());
        }
        if (!wish.one().equals(wish.other())) {
            draft.add(new Event.Reordered(List.of(
                    new Place(wish.one(), state.place(wish.other())),
                    new Place(wish.other(), state.place(wish.one())))));
        }
        return new Answer.Done();
    }

    private static Optional<Refusal> objection(State state, Input.Wish wish, JobId id) {
        Optional<Job> found = state.job(id);
        if (found.isEmpty()) {
            return Optional.of(Refusal.noJob(id));
        }
        Job job = found.get();
        if (!wish.mayManage(job)) {
            return Optional.of(new Refusal(
                    Kind.NOT_PERMITTED,
                    "job " + id + " is not yours to move: it belongs to "
                            + job.spec().user().name(),
                    "ask its owner or an administrator"));
        }
        return job.state() instanceof JobState.Queued
                ? Optional.empty()
                : Optional.of(new Refusal(
                        Kind.FAILED,
                        "job " + id + " does not wait: it is " + job.state().word(),
                        "only a queued job can be moved"));
    }
}
