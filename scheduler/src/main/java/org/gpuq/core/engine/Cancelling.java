package org.gpuq.core.engine;

import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.job.End;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Run;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Now;

/** Takes jobs back: TERM first, KILL after the grace. */
final class Cancelling {
    static final int SIGKILL = 9;
    static final int SIGTERM = 15;

    private Cancelling() {}

    /** All or none: a wrong id among many changes nothing. */
    static Answer cancel(Draft draft, Input.Cancel cancel) {
        NavigableSet<JobId> ids = new TreeSet<>(cancel.jobs());
        for (JobId id : ids) {
            Optional<Refusal> refusal = objection(draft.state(), cancel, id).or(() -> outOfReach(draft, id));
            if (refusal.isPresent()) {
                return new Answer.Refused(refusal.get());
            }
        }
        // From the last to the first, so that a cancelled parent does not first skip a child that is cancelled too.
        ids.descendingSet().forEach(id -> cancel(draft, cancel, id));
        return new Answer.Done();
    }

    private static Optional<Refusal> objection(State state, Input.Cancel cancel, JobId id) {
        Optional<Job> found = state.job(id);
        if (found.isEmpty()) {
            return Optional.of(Refusal.noJob(id));
        }
        Job job = found.get();
        if (!cancel.mayManage(job)) {
            return Optional.of(new Refusal(
                    Kind.NOT_PERMITTED,
                    "job " + id + " is not yours to cancel: it belongs to "
                            + job.spec().user().name(),
                    "ask its owner or an administrator"));
        }
        return job.state() instanceof JobState.Ended && !state.leftovers(id)
                ? Optional.of(new Refusal(
                        Kind.FAILED,
                        "job " + id + " has already ended (" + job.state().word() + ")",
                        ""))
                : Optional.empty();
    }

    /** A daemon of everybody's has no rights over a process that its gate did not start. */
    private static Optional<Refusal> outOfReach(Draft draft, JobId id) {
        return draft.surroundings().settings().reachesAdopted()
                ? Optional.empty()
                : draft.state()
                        .job(id)
                        .filter(job -> job.spec().adopted() && job.state().active())
                        .map(job -> new Refusal(
                                Kind.FAILED,
                                "job " + id + " was adopted: gpuq did not start it and may not signal it",
                                "its owner ends it: kill "
                                        + job.state()
                                                .maybeRun()
                                                .flatMap(Run::process)
                                                .map(process -> String.valueOf(process.pid()))
                                                .orElse("PID")));
    }

    private static void cancel(Draft draft, Input.Cancel cancel, JobId id) {
        Now now = draft.surroundings().now();
        switch (draft.state().job(id).orElseThrow().state()) {
            case JobState.Queued queued ->
                Reports.end(draft, id, new End.Cancelled(cancel.by(), Optional.empty(), Usage.NONE));
            case JobState.Starting starting -> request(draft, cancel, id, starting.run(), now);
            case JobState.Running running -> request(draft, cancel, id, running.run(), now);
            case JobState.Ended ended -> {
                // Skipped meanwhile as the child of another one in the same request, or leftovers of it run on.
                if (draft.state().leftovers(id)) {
                    draft.add(new Event.SignalSent(id, SIGKILL));
                }
            }
        }
    }

    /** Asking twice changes nothing: the grace runs from the first time. */
    private static void request(Draft draft, Input.Cancel cancel, JobId id, Run run, Now now) {
        if (run.cancellation().filter(wish -> !wish.again()).isEmpty()) {
            draft.add(new Event.CancelRequested(id, cancel.by(), now.wall(), now.monotonicNanos()));
            draft.add(new Event.SignalSent(id, SIGTERM));
        }
    }

    /** A signal and nothing more: no grace follows, and the job's end is what the job makes of it. */
    static Answer signal(Draft draft, Input.Signal wish) {
        Optional<Job> found = draft.state().job(wish.job());
        if (found.isEmpty()) {
            return new Answer.Refused(Refusal.noJob(wish.job()));
        }
        Job job = found.get();
        if (!wish.mayManage(job)) {
            return new Answer.Refused(new Refusal(
                    Kind.NOT_PERMITTED,
                    "job " + job.id() + " is not yours to signal: it belongs to "
                            + job.spec().user().name(),
                    "ask its owner or an administrator"));
        }
        if (!job.state().active()) {
            return new Answer.Refused(new Refusal(
                    Kind.FAILED,
                    "job " + job.id() + " does not run: it is " + job.state().word(),
                    ""));
        }
        if (!job.spec().supervised()) {
            return cancel(draft, new Input.Cancel(List.of(job.id()), wish.by(), wish.administrator()));
        }
        draft.add(new Event.Signalled(job.id(), wish.signal(), wish.by()));
        return new Answer.Done();
    }

    /** Whoever has not ended within the grace is killed. */
    static Answer escalate(Draft draft) {
        for (JobId id : draft.state().active()) {
            draft.state()
                    .job(id)
                    .flatMap(job -> job.state().maybeRun())
                    .flatMap(Run::cancellation)
                    .filter(cancellation -> cancellation.lastSignal() != SIGKILL)
                    .filter(cancellation -> graceOver(draft.surroundings(), cancellation))
                    .ifPresent(cancellation -> draft.add(new Event.SignalSent(id, SIGKILL)));
        }
        return new Answer.Done();
    }

    private static boolean graceOver(Surroundings around, Run.Cancellation cancellation) {
        long waited = around.now().monotonicNanos() - cancellation.atMonotonicNanos();
        return waited >= around.settings().cancelGrace().toNanos();
    }
}
