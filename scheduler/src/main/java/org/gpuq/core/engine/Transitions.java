package org.gpuq.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.gpu.Lease.Phase;
import org.gpuq.core.job.Attempt;
import org.gpuq.core.job.End;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Place;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Token;

/** The one place where the state changes. */
public final class Transitions {
    private Transitions() {}

    /**
     * The state after an event. Every event that {@link Engine} decided on applies.
     *
     * @throws IllegalStateException when the event does not follow from the state: a fault in the program or the journal
     */
    public static State apply(State state, Event event) {
        return switch (event) {
            case Event.DaemonStarted started -> daemonStarted(state, started);
            case Event.Submitted submitted -> submitted(state, submitted);
            case Event.Starting starting -> starting(state, starting);
            case Event.Started started -> started(state, started);
            case Event.CancelRequested requested -> cancelRequested(state, requested);
            case Event.SignalSent sent -> signalSent(state, sent);
            case Event.Ended ended -> ended(state, ended);
            case Event.ProcessesGone gone -> processesGone(state, gone);
            case Event.LeaseEnded ended -> leaseEnded(state, ended);
            case Event.Forgotten forgotten -> forgotten(state, forgotten);
            case Event.FollowUp follow -> followUp(state, follow);
            case Event.Signalled signalled -> signalled(state, signalled);
            case Event.Reordered reordered -> reordered(state, reordered);
            case Event.SlotsChanged changed ->
                StateEdit.of(state).slots(changed.slots()).done();
            case Event.Cleared cleared -> cleared(state);
            case Event.SeveredGone gone -> severed(state, gone.token(), gone);
            case Event.SeveredEnded ended -> severed(state, ended.token(), ended);
            case Event.Warned warned -> warned(state, warned);
            case Event.TimeUp timeUp -> timeUp(state, timeUp);
            case Event.Arrived arrived -> arrived(state, arrived);
            case Event.MakesWay makesWay -> makesWay(state, makesWay);
            case Event.Requeued requeued -> requeued(state, requeued);
            case Event.Rested rested -> rested(state, rested);
            case Event.Admission admission ->
                StateEdit.of(state).stopped(admission.stopped()).done();
            case Event.OnGpu gpu ->
                StateEdit.of(state).gpus(gpus -> gpus.after(gpu.what())).done();
        };
    }

    private static State daemonStarted(State state, Event.DaemonStarted event) {
        boolean rebooted =
                state.bootId().filter(boot -> !boot.equals(event.bootId())).isPresent();
        return StateEdit.of(state)
                .boot(event.bootId())
                .gpus(gpus -> rebooted ? gpus.rebooted() : gpus)
                .done();
    }

    private static State submitted(State state, Event.Submitted event) {
        check(event.job().value() == state.nextId(), event, "the next id is " + state.nextId());
        Job job = new Job(event.job(), event.spec(), event.at(), new JobState.Queued());
        return StateEdit.of(state).add(job).done();
    }

    private static State starting(State state, Event.Starting event) {
        Job job = expect(state, event.job(), event);
        check(
                job.state() instanceof JobState.Queued,
                event,
                "the job is " + job.state().word());
        check(!state.held().contains(job.id().value()), event, "the job waits for others");
        check(!state.resting().contains(job.id().value()), event, "the job rests");
        check(state.active(event.token()).isEmpty(), event, "the token is another job's");
        long gpus = event.gpus().stream().distinct().count();
        check(
                gpus == event.gpus().size() && gpus == job.spec().resources().gpus(),
                event,
                "it asked for another number of GPUs");
        for (Lease lease : state.leases().values()) {
            boolean together = job.spec().resources().shares() && shares(state, lease);
            check(
                    together || lease.gpus().stream().noneMatch(event.gpus()::contains),
                    event,
                    "a GPU is leased to " + lease.job());
        }
        Run run = new Run(
                event.token(),
                event.gpus(),
                event.at(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                event.why());
        StateEdit edit = StateEdit.of(state).activate(job.with(new JobState.Starting(run)));
        return event.gpus().isEmpty()
                ? edit.done()
                : edit.lease(new Lease(job.id(), event.gpus(), new Phase.Held(), event.at()))
                        .done();
    }

    private static boolean shares(State state, Lease lease) {
        return state.job(lease.job())
                .filter(job -> job.spec().resources().shares())
                .isPresent();
    }

    private static State started(State state, Event.Started event) {
        Job job = expect(state, event.job(), event);
        if (!(job.state() instanceof JobState.Starting starting)) {
            throw broken(event, "the job is " + job.state().word());
        }
        Run was = starting.run();
        Run run = was.started(event.process(), event.at(), event.atMonotonicNanos());
        return StateEdit.of(state).replace(job.with(new JobState.Running(run))).done();
    }

    private static State cancelRequested(State state, Event.CancelRequested event) {
        Job job = expect(state, event.job(), event);
        boolean first = job.state()
                .maybeRun()
                .flatMap(Run::cancellation)
                .filter(wish -> !wish.again())
                .isEmpty();
        check(first, event, "somebody asked for it before");
        Run.Cancellation wish = new Run.Cancellation(Optional.of(event.by()), event.at(), event.atMonotonicNanos(), 0);
        return cancelling(state, job, wish, event);
    }

    private static State signalSent(State state, Event.SignalSent event) {
        Job job = expect(state, event.job(), event);
        if (job.state() instanceof JobState.Ended) {
            check(state.leftovers(job.id()), event, "nothing of the job is left");
            return state; // the signal is an effect, nothing here changes
        }
        Run.Cancellation was = job.state()
                .maybeRun()
                .flatMap(Run::cancellation)
                .orElseThrow(() -> broken(event, "nobody asked for the job's end"));
        return cancelling(state, job, was.sent(event.signal()), event);
    }

    private static State cancelling(State state, Job job, Run.Cancellation wish, Event event) {
        JobState next = switch (job.state()) {
            case JobState.Starting starting ->
                new JobState.Starting(starting.run().with(wish));
            case JobState.Running running -> new JobState.Running(running.run().with(wish));
            case JobState.Queued queued -> throw broken(event, "the job is queued");
            case JobState.Ended ended -> throw broken(event, "the job has ended");
        };
        return StateEdit.of(state).replace(job.with(next)).done();
    }

    private static State warned(State state, Event.Warned event) {
        Job job = expect(state, event.job(), event);
        if (!(job.state() instanceof JobState.Running running)) {
            throw broken(event, "the job is " + job.state().word());
        }
        return StateEdit.of(state)
                .replace(job.with(new JobState.Running(running.run().warned(event.signal()))))
                .done();
    }

    private static State timeUp(State state, Event.TimeUp event) {
        Job job = expect(state, event.job(), event);
        boolean first = job.state().maybeRun().flatMap(Run::cancellation).isEmpty();
        check(first, event, "it is asked to end already");
        Run.Cancellation wish = new Run.Cancellation(Optional.empty(), event.at(), event.atMonotonicNanos(), 0);
        return cancelling(state, job, wish, event);
    }

    private static State arrived(State state, Event.Arrived event) {
        Job job = expect(state, event.job(), event);
        if (!(job.state() instanceof JobState.Running running)) {
            throw broken(event, "the job is " + job.state().word());
        }
        return StateEdit.of(state)
                .replace(job.with(new JobState.Running(running.run().seenOnGpu())))
                .done();
    }

    private static State makesWay(State state, Event.MakesWay event) {
        Job job = expect(state, event.job(), event);
        Run run = job.state().maybeRun().orElseThrow(() -> broken(event, "the job does not run"));
        check(run.cancellation().isEmpty(), event, "it is asked to end already");
        check(!run.arrived(), event, "it is on its GPU");
        Run.Cancellation wish = new Run.Cancellation(Optional.empty(), event.at(), event.atMonotonicNanos(), 0, true);
        return cancelling(state, job, wish, event);
    }

    private static State requeued(State state, Event.Requeued event) {
        Job job = expect(state, event.job(), event);
        check(job.state().active(), event, "the job is " + job.state().word());
        Attempt attempt = new Attempt(job.state().maybeRun().orElseThrow(), event.end(), event.at());
        StateEdit edit = StateEdit.of(state)
                .requeue(job.again(new JobState.Queued(Optional.of(event.rest())), attempt), state.frontPlace());
        return cool(edit, state, job, event.end(), event.atMonotonicNanos()).done();
    }

    private static State rested(State state, Event.Rested event) {
        Job job = expect(state, event.job(), event);
        check(state.resting().contains(event.job().value()), event, "the job does not rest");
        check(!state.leases().containsKey(event.job()), event, "the GPUs of its last run are not clean");
        return StateEdit.of(state).rested(job.with(new JobState.Queued())).done();
    }

    private static State ended(State state, Event.Ended event) {
        Job job = expect(state, event.job(), event);
        check(!(job.state() instanceof JobState.Ended), event, "the job has ended already");
        check(possible(job, event.end()), event, "the job is " + job.state().word());
        // One that rested, and is not tried again after all, has had its run.
        boolean after = !job.state().active() && ran(event.end());
        Job over = after ? job.withoutLastAttempt() : job;
        Optional<Run> run = after ? job.lastRun() : job.state().maybeRun();
        StateEdit edit = StateEdit.of(state).end(over.with(new JobState.Ended(event.end(), run, event.at())));
        return cool(edit, state, job, event.end(), event.atMonotonicNanos()).done();
    }

    private static StateEdit cool(StateEdit edit, State state, Job job, End end, long atNanos) {
        Lease lease = state.leases().get(job.id());
        if (lease == null || !(lease.phase() instanceof Phase.Held)) {
            return edit;
        }
        // Of a start that failed nothing can be left, and of a lost job or one without a supervisor nobody would tell.
        boolean gone = end instanceof End.NotStarted
                || end instanceof End.Lost
                || !job.spec().supervised();
        return edit.lease(lease.with(new Phase.Cooling(atNanos, gone)));
    }

    private static boolean ran(End end) {
        return end instanceof End.Failed;
    }

    /**
     * Only a job that waits is skipped; one that waits has no other end than that and being taken back, or the failure of
     * the run that it rests from.
     */
    private static boolean possible(Job job, End end) {
        JobState state = job.state();
        return switch (end) {
            case End.Cancelled cancelled -> true;
            case End.Skipped skipped -> !state.active();
            case End.Finished finished -> state.active();
            case End.Failed failed ->
                state.active()
                        || (!job.past().isEmpty() && job.past().getLast().end().equals(failed));
            case End.TimedOut timedOut -> state.active();
            case End.NotStarted notStarted -> state.active();
            case End.Lost lost -> state.active();
            case End.MadeWay madeWay -> state.active();
            case End.Departed departed -> state.active() && job.spec().adopted();
        };
    }

    private static State processesGone(State state, Event.ProcessesGone event) {
        Lease lease = state.leases().get(event.job());
        if (lease == null || !state.leftovers(event.job())) {
            throw broken(event, "its GPUs do not wait for that");
        }
        return StateEdit.of(state)
                .lease(lease.with(new Phase.Cooling(event.atMonotonicNanos(), true)))
                .done();
    }

    private static State leaseEnded(State state, Event.LeaseEnded event) {
        Lease lease = state.leases().get(event.job());
        if (lease == null || !(lease.phase() instanceof Phase.Cooling)) {
            throw broken(event, "its GPUs do not cool down");
        }
        return StateEdit.of(state)
                .release(event.job())
                .gpus(gpus -> gpus.freed(lease.gpus(), event.at()))
                .done();
    }

    private static State forgotten(State state, Event.Forgotten event) {
        StateEdit edit = StateEdit.of(state);
        for (JobId id : event.jobs()) {
            Job job = expect(state, id, event);
            check(job.state() instanceof JobState.Ended, event, "job " + id + " has not ended");
            check(!state.leases().containsKey(id), event, "job " + id + " still holds GPUs");
            edit.forget(id);
        }
        return edit.gpus(gpus -> gpus.forget(event.jobs())).done();
    }

    private static State signalled(State state, Event.Signalled event) {
        Job job = expect(state, event.job(), event);
        check(job.state().active(), event, "the job is " + job.state().word());
        return state; // the signal is an effect, nothing here changes
    }

    private static State reordered(State state, Event.Reordered event) {
        for (Place place : event.places()) {
            Job job = expect(state, place.job(), event);
            check(job.state() instanceof JobState.Queued, event, "job " + job.id() + " is no longer queued");
        }
        return StateEdit.of(state).move(event.places()).done();
    }

    private static State cleared(State state) {
        List<Severed> left = new ArrayList<>(state.severed());
        for (Job job : state.jobs()) {
            Optional<Lease> lease = Optional.ofNullable(state.leases().get(job.id()));
            job.state()
                    .maybeRun()
                    .filter(run -> job.state().active() || lease.isPresent())
                    // An adopted one is again what it was: a process outside the queue.
                    .filter(run -> !job.spec().adopted())
                    .ifPresent(run -> left.add(severed(job, run, lease)));
        }
        return StateEdit.of(state).clear(left).done();
    }

    private static Severed severed(Job job, Run run, Optional<Lease> lease) {
        OptionalLong gone =
                lease.isPresent() && lease.get().phase() instanceof Phase.Cooling cooling && cooling.processesGone()
                        ? OptionalLong.of(cooling.sinceNanos())
                        : OptionalLong.empty();
        return new Severed(run.token(), job.id(), job.spec().user(), run.gpus(), run.process(), gone);
    }

    private static State followUp(State state, Event.FollowUp event) {
        Job job = expect(state, event.job(), event);
        check(job.state() instanceof JobState.Ended, event, "the job has not ended");
        List<Severed> left = new ArrayList<>(state.severed());
        left.add(new Severed(
                event.token(), job.id(), job.spec().user(), List.of(), Optional.empty(), OptionalLong.empty()));
        return StateEdit.of(state).severed(left).done();
    }

    private static State severed(State state, Token token, Event event) {
        Severed is = state.severed(token).orElseThrow(() -> broken(event, "nothing was left of it"));
        List<Severed> left = new ArrayList<>(state.severed());
        left.remove(is);
        if (event instanceof Event.SeveredGone gone) {
            left.add(is.gone(gone.atMonotonicNanos()));
        }
        return StateEdit.of(state).severed(left).done();
    }

    private static Job expect(State state, JobId id, Event event) {
        return state.job(id).orElseThrow(() -> broken(event, "there is no job " + id));
    }

    private static void check(boolean holds, Event event, String why) {
        if (!holds) {
            throw broken(event, why);
        }
    }

    private static IllegalStateException broken(Event event, String why) {
        return new IllegalStateException(event + " does not follow: " + why);
    }
}
