package org.gpuq.core.simulation;

import static org.gpuq.core.simulation.Invariant.when;

import java.util.Optional;
import org.gpuq.core.engine.Event;
import org.gpuq.core.job.End;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.Run;

/** How a job is said to have ended is how its first process did. */
final class EndsAreTrue implements Invariant {
    @Override
    public Optional<String> violation(Change change) {
        if (change.event() instanceof Event.Requeued again) {
            Event.Ended end = new Event.Ended(again.job(), again.end(), again.at(), again.atMonotonicNanos());
            return violation(change, end);
        }
        return change.event() instanceof Event.Ended ended ? violation(change, ended) : Optional.empty();
    }

    private static Optional<String> violation(Change change, Event.Ended ended) {
        Optional<Program> program =
                run(change, ended).flatMap(run -> change.world().program(run.token()));
        Optional<ExitStatus> exit = program.flatMap(found -> found.exit);
        return switch (ended.end()) {
            case End.Finished finished ->
                when(!exit.map(ExitStatus::success).orElse(false), () -> ended + ", but " + exit);
            case End.Failed failed -> when(!exit.equals(Optional.of(failed.status())), () -> ended + ", but " + exit);
            case End.TimedOut timedOut ->
                when(!exit.equals(Optional.of(timedOut.status())), () -> ended + ", but " + exit);
            case End.Cancelled cancelled -> when(!exit.equals(cancelled.status()), () -> ended + ", but " + exit);
            case End.NotStarted notStarted -> when(exit.isPresent(), () -> ended + ", but " + exit);
            case End.Skipped skipped ->
                when(
                        change.before()
                                .job(skipped.parent())
                                .filter(parent -> !parent.id().equals(ended.job()))
                                .map(parent -> !parent.state().word().matches("failed|cancelled|skipped|lost"))
                                .orElse(false),
                        () -> ended + ", but its parent did not fail");
            case End.MadeWay madeWay ->
                when(!exit.equals(Optional.of(madeWay.status())), () -> ended + ", but " + exit);
            case End.Departed departed ->
                when(
                        change.before()
                                .job(ended.job())
                                .flatMap(History::keyOf)
                                .filter(change.world()::alive)
                                .isPresent(),
                        () -> ended + ", but it runs");
            case End.Lost lost -> when(exit.isPresent(), () -> ended + ", but " + exit);
        };
    }

    /** One that was taken back while it rested had no run that this is the end of. */
    private static Optional<Run> run(Change change, Event.Ended ended) {
        Optional<Job> job = change.before().job(ended.job());
        return ended.end() instanceof End.Cancelled
                ? job.flatMap(found -> found.state().maybeRun())
                : job.flatMap(Job::lastRun);
    }
}
