package org.gpuq.cli.render;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gpuq.core.job.End;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Run;
import org.gpuq.core.job.Usage;

/** What can be said of one job, wherever it is said. */
final class JobWords {
    private JobWords() {}

    static Optional<End> end(Job job) {
        return job.state() instanceof JobState.Ended ended ? Optional.of(ended.end()) : Optional.empty();
    }

    static Optional<Instant> startedAt(Job job) {
        return job.state().maybeRun().flatMap(Run::startedAt);
    }

    static Optional<Instant> endedAt(Job job) {
        return job.state() instanceof JobState.Ended ended ? Optional.of(ended.at()) : Optional.empty();
    }

    static Optional<Usage> usage(End end) {
        return switch (end) {
            case End.Finished finished -> Optional.of(finished.usage());
            case End.Failed failed -> Optional.of(failed.usage());
            case End.Cancelled cancelled -> cancelled.status().map(status -> cancelled.usage());
            case End.TimedOut timedOut -> Optional.of(timedOut.usage());
            case End.NotStarted notStarted -> Optional.empty();
            case End.Skipped skipped -> Optional.empty();
            case End.Lost lost -> Optional.empty();
            case End.Departed departed -> Optional.empty();
            case End.MadeWay madeWay -> Optional.of(madeWay.usage());
        };
    }

    /** How its process ended, if it had one and that is known. */
    static Optional<ExitStatus> status(Job job) {
        return end(job).flatMap(JobWords::status);
    }

    static Optional<ExitStatus> status(End end) {
        return switch (end) {
            case End.Finished finished -> Optional.of(new ExitStatus.Exited(0));
            case End.Failed failed -> Optional.of(failed.status());
            case End.TimedOut timedOut -> Optional.of(timedOut.status());
            case End.Cancelled cancelled -> cancelled.status();
            case End.NotStarted notStarted -> Optional.empty();
            case End.Skipped skipped -> Optional.empty();
            case End.Lost lost -> Optional.empty();
            case End.Departed departed -> Optional.empty();
            case End.MadeWay madeWay -> Optional.of(madeWay.status());
        };
    }

    /** How long it waits, runs or ran. */
    static Optional<Duration> time(Job job, Instant now) {
        return switch (job.state()) {
            case JobState.Queued queued -> Optional.of(Duration.between(job.submittedAt(), now));
            case JobState.Starting starting ->
                Optional.of(Duration.between(starting.run().leasedAt(), now));
            case JobState.Running running ->
                Optional.of(Duration.between(
                        running.run().startedAt().orElse(running.run().leasedAt()), now));
            case JobState.Ended ended ->
                usage(ended.end())
                        .map(usage -> Duration.ofNanos(usage.runMicros() * 1000))
                        .or(() -> ended.run()
                                .filter(run -> ended.end() instanceof End.Departed)
                                .flatMap(Run::startedAt)
                                .map(start -> Duration.between(start, ended.at())));
        };
    }

    /** State word with what belongs to it: {@code failed 1}, {@code failed KILL}, {@code cancelling}, {@code requeueing}. */
    static String state(Job job) {
        Optional<Run.Cancellation> wish = job.state()
                .maybeRun()
                .flatMap(Run::cancellation)
                .filter(any -> job.state().active());
        return wish.isPresent()
                ? wish.get().again() ? "requeueing" : "cancelling"
                : job.state().word() + end(job).map(Ends::detail).orElse("");
    }

    static Ink ink(Job job) {
        return switch (job.state()) {
            case JobState.Queued queued -> Ink.ATTENTION;
            case JobState.Starting starting -> Ink.GOOD;
            case JobState.Running running -> Ink.GOOD;
            case JobState.Ended ended ->
                switch (ended.end()) {
                    case End.Finished finished -> Ink.QUIET;
                    case End.Cancelled cancelled -> Ink.QUIET;
                    case End.Skipped skipped -> Ink.QUIET;
                    case End.Departed departed -> Ink.QUIET;
                    case End.Failed failed -> Ink.BAD;
                    case End.TimedOut timedOut -> Ink.BAD;
                    case End.MadeWay madeWay -> Ink.BAD;
                    case End.NotStarted notStarted -> Ink.BAD;
                    case End.Lost lost -> Ink.BAD;
                };
        };
    }

    /** Name and label; a label that is only the submitter's name says nothing new. */
    static String names(Job job) {
        Optional<String> label = job.spec()
                .label()
                .map(Sanitize::text)
                .filter(text -> !text.equals(job.spec().user().name()));
        return Stream.concat(job.spec().name().map(Sanitize::text).stream(), label.stream())
                .collect(Collectors.joining("/"));
    }

    /** Why it is not a success, or why it waits; empty when there is nothing to explain. */
    static Optional<String> reason(Listing.Entry entry) {
        return entry.waiting()
                .map(waiting -> Sanitize.text(waiting.sentence()))
                .or(() -> end(entry.job()).filter(JobWords::needsWords).map(Ends::sentence));
    }

    private static boolean needsWords(End end) {
        return !end.success() || end instanceof End.Departed;
    }
}
