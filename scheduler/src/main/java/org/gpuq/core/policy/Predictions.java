package org.gpuq.core.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gpuq.core.job.End;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.TimeLimit;
import org.gpuq.core.job.Usage;

/**
 * How long jobs run, from how long the last two like them of the same person did. A job that runs for longer than that
 * is expected to take twice as long, and twice that again. No job runs for longer than its own limit. Built once, for one
 * question.
 */
public final class Predictions {
    private static final int LAST = 2;
    /** Two runs of the same thing differ by about that much. */
    private static final int TENTH = 10;

    private final Map<Likeness, List<Duration>> lengths = new HashMap<>();

    /** @param ended jobs that are over, the latest first */
    public Predictions(Iterable<Job> ended) {
        for (Job job : ended) {
            ran(job).ifPresent(time -> Likeness.of(job.spec()).forEach(kind -> {
                List<Duration> times = lengths.computeIfAbsent(kind, any -> new ArrayList<>(LAST));
                if (times.size() < LAST) {
                    times.add(time);
                }
            }));
        }
    }

    /** One that was taken back, or of which nobody knows, says nothing of those that are left alone. */
    private static Optional<Duration> ran(Job job) {
        if (!(job.state() instanceof JobState.Ended over)) {
            return Optional.empty();
        }
        Optional<Usage> usage = switch (over.end()) {
            case End.Finished finished -> Optional.of(finished.usage());
            case End.Failed failed -> Optional.of(failed.usage());
            case End.TimedOut timedOut -> Optional.of(timedOut.usage());
            case End.Cancelled cancelled -> Optional.empty();
            case End.NotStarted notStarted -> Optional.empty();
            case End.Skipped skipped -> Optional.empty();
            case End.Lost lost -> Optional.empty();
            case End.Departed departed -> Optional.empty();
            case End.MadeWay madeWay -> Optional.empty();
        };
        return usage.map(it -> Duration.ofNanos(it.runMicros() * 1000));
    }

    /** How long a job will have run at its end. */
    public Span length(Job job) {
        return limited(job, history(job).orElse(Span.UNKNOWN));
    }

    /** How long a job goes on that has run for so long. */
    public Span left(Job job, Duration elapsed) {
        Span whole = history(job).map(span -> doubled(span, elapsed)).orElse(Span.UNKNOWN);
        return limited(job, whole).after(elapsed);
    }

    private static Span doubled(Span span, Duration elapsed) {
        Duration most = span.most().orElseThrow();
        if (most.compareTo(elapsed) > 0) {
            return span;
        }
        Duration more = most.isZero() ? Duration.ofSeconds(1) : most;
        while (more.compareTo(elapsed) <= 0) {
            more = more.multipliedBy(2);
        }
        return Span.of(elapsed, more);
    }

    private static Span limited(Job job, Span span) {
        return job.spec().terms().time().map(TimeLimit::limit).map(span::within).orElse(span);
    }

    private Optional<Span> history(Job job) {
        return Likeness.of(job.spec()).stream()
                .flatMap(kind -> Optional.ofNullable(lengths.get(kind)).stream())
                .findFirst()
                .map(Predictions::span);
    }

    /** One time alone says little. */
    private static Span span(List<Duration> times) {
        Duration first = times.getFirst();
        Duration last = times.getLast();
        if (times.size() == 1) {
            return Span.of(first.dividedBy(2), first.multipliedBy(2));
        }
        Duration shorter = first.compareTo(last) < 0 ? first : last;
        Duration longer = first.compareTo(last) < 0 ? last : first;
        return Span.of(shorter.minus(shorter.dividedBy(TENTH)), longer.plus(longer.dividedBy(TENTH)));
    }
}
