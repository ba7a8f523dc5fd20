package org.gpuq.core.engine;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.job.End;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Run;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.IdMap;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Now;
import org.gpuq.core.model.Token;

/** Takes in what supervisors and foreground jobs report. A report may come twice or late; the second changes nothing. */
final class Reports {
    private static final long NANOS_A_TICK = 10_000_000;

    private Reports() {}

    /** Another boot than the last: no process of then is left, and nobody saw how it ended. */
    static Answer daemonStarted(Draft draft, Input.DaemonStart start) {
        boolean rebooted = draft.state()
                .bootId()
                .filter(boot -> !boot.equals(start.bootId()))
                .isPresent();
        draft.add(new Event.DaemonStarted(
                start.bootId(), draft.surroundings().now().wall()));
        if (rebooted) {
            for (JobId id : draft.state().active()) {
                Job job = draft.state().job(id).orElseThrow();
                End.Lost lost = new End.Lost("the machine went down while it ran");
                Retrying.afterReboot(draft, job, lost).ifPresentOrElse(draft::add, () -> end(draft, id, lost));
            }
            for (JobId id : draft.state().sortedLeases().keySet()) {
                draft.add(new Event.LeaseEnded(id, draft.surroundings().now().wall()));
            }
            for (Severed left : draft.state().severed()) {
                draft.add(new Event.SeveredEnded(left.token()));
            }
            // What it was to rest until was another boot's time.
            for (JobId id : draft.state().resting()) {
                draft.add(new Event.Rested(id));
            }
        }
        Housekeeping.heedConfiguredSlots(draft);
        return new Answer.Done();
    }

    static Answer launched(Draft draft, Input.Launched launched) {
        draft.state().active(launched.token()).ifPresent(job -> {
            if (job.state() instanceof JobState.Starting) {
                draft.add(new Event.Started(
                        job.id(), launched.process(), launched.at(), OptionalLong.of(begun(draft, launched))));
            }
            // Sent before there was a process to take it, or decided on right before the daemon died: sent again.
            cancelledBy(job)
                    .filter(cancellation -> cancellation.lastSignal() != 0)
                    .ifPresent(cancellation -> draft.add(new Event.SignalSent(job.id(), cancellation.lastSignal())));
            // Better told twice than never: it would be killed without having saved its work.
            job.state()
                    .maybeRun()
                    .filter(run -> run.warning() != 0 && run.cancellation().isEmpty())
                    .ifPresent(run -> draft.add(new Event.Warned(job.id(), run.warning())));
        });
        return new Answer.Done();
    }

    /** It may have begun long before a restarted daemon hears of it. The kernel counts hundredths of a second for users. */
    private static long begun(Draft draft, Input.Launched launched) {
        long now = draft.surroundings().now().monotonicNanos();
        long nanos = launched.process().startTicks() * NANOS_A_TICK;
        return nanos > 0 && nanos < now ? nanos : now;
    }

    static Answer notLaunched(Draft draft, Input.NotLaunched report) {
        severedGone(draft, report.token());
        return ended(draft, report.token(), wall(draft), job -> new End.NotStarted(report.failure()));
    }

    static Answer exited(Draft draft, Input.Exited report) {
        return ended(
                draft,
                report.token(),
                report.at(),
                job -> cancelledBy(job)
                        .map(cancellation -> ended(cancellation, report))
                        .orElseGet(() -> own(report.status(), report.usage())));
    }

    private static End ended(Run.Cancellation cancellation, Input.Exited report) {
        if (cancellation.again()) {
            return new End.MadeWay(report.status(), report.usage());
        }
        return cancellation
                .by()
                .<End>map(by -> new End.Cancelled(by, Optional.of(report.status()), report.usage()))
                .orElseGet(() -> new End.TimedOut(report.status(), report.usage()));
    }

    private static End own(ExitStatus status, Usage usage) {
        return status.success() ? new End.Finished(usage) : new End.Failed(status, usage);
    }

    /** For a job that has ended already it only means that nobody watches its processes any more. */
    static Answer vanished(Draft draft, Input.Vanished report) {
        ended(draft, report.token(), wall(draft), job -> new End.Lost(report.reason()));
        return processesGone(draft, new Input.ProcessesGone(report.token()));
    }

    static Answer processesGone(Draft draft, Input.ProcessesGone report) {
        severedGone(draft, report.token());
        long now = draft.surroundings().now().monotonicNanos();
        State state = draft.state();
        state.sortedLeases().keySet().stream()
                .filter(state::leftovers)
                .filter(id -> tokenOf(state, id).filter(report.token()::equals).isPresent())
                .forEach(id -> draft.add(new Event.ProcessesGone(id, now)));
        return new Answer.Done();
    }

    private static void severedGone(Draft draft, Token token) {
        long now = draft.surroundings().now().monotonicNanos();
        draft.state()
                .severed(token)
                .filter(left -> left.goneNanos().isEmpty())
                .ifPresent(left -> draft.add(new Event.SeveredGone(token, now)));
    }

    private static Instant wall(Draft draft) {
        return draft.surroundings().now().wall();
    }

    private static Optional<Token> tokenOf(State state, JobId id) {
        return state.job(id).flatMap(Job::lastRun).map(Run::token);
    }

    private static Optional<Run.Cancellation> cancelledBy(Job job) {
        return job.state().maybeRun().flatMap(Run::cancellation);
    }

    private static Answer ended(Draft draft, Token token, Instant at, Function<Job, End> how) {
        draft.state().active(token).ifPresent(job -> {
            End end = how.apply(job);
            Retrying.again(draft, job, end, at).ifPresentOrElse(draft::add, () -> end(draft, job.id(), end, at));
        });
        return new Answer.Done();
    }

    /** Ends a job now. */
    static void end(Draft draft, JobId id, End how) {
        end(draft, id, how, wall(draft));
    }

    /** Ends a job, and skips those that were to follow it if it did not succeed, and those that follow them. */
    static void end(Draft draft, JobId first, End how, Instant at) {
        Now now = draft.surroundings().now();
        IdMap<JobId> children = draft.state().dependents().get(first.value()).orElse(IdMap.empty());
        Job before = draft.state().job(first).orElseThrow();
        draft.add(new Event.Ended(first, how, at, now.monotonicNanos()));
        if (!(how instanceof End.Lost)) {
            FollowUps.decide(draft, before);
        }
        if (how.success()) {
            return;
        }
        Map<JobId, JobId> skippedBy = new HashMap<>();
        Deque<JobId> next = new ArrayDeque<>();
        follow(first, children, skippedBy, next);
        while (!next.isEmpty()) {
            JobId id = next.remove();
            IdMap<JobId> grandchildren =
                    draft.state().dependents().get(id.value()).orElse(IdMap.empty());
            JobId parent = Objects.requireNonNull(skippedBy.get(id));
            draft.add(new Event.Ended(id, new End.Skipped(parent), now.wall(), now.monotonicNanos()));
            follow(id, grandchildren, skippedBy, next);
        }
    }

    /** A child of two jobs that end is skipped once, for the first of them. */
    private static void follow(JobId parent, Iterable<JobId> children, Map<JobId, JobId> skippedBy, Deque<JobId> next) {
        for (JobId child : children) {
            if (skippedBy.putIfAbsent(child, parent) == null) {
                next.add(child);
            }
        }
    }
}
