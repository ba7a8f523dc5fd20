package org.gpuq.daemon.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuEvent;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.job.End;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.job.Run;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.JobId;

/** Counts what happens. Every series is there from the start with 0, so that its first increase is seen. */
final class EventCounters {
    private static final List<String> RESULTS = List.of("finished", "failed", "cancelled", "skipped", "lost");

    private final Counters counters;

    EventCounters(Counters counters) {
        this.counters = counters;
        for (Line line : Line.values()) {
            String word = QueueGauges.word(line);
            counters.counter(Metric.JOBS_SUBMITTED, word);
            counters.histogram(Metric.JOB_WAIT, word);
            counters.histogram(Metric.JOB_RUN, word);
            RESULTS.forEach(result -> counters.counter(Metric.JOBS_ENDED, word, result));
        }
        counters.counter(Metric.HANDOVER_RACES);
        List.of("ready", "absent", "failing").forEach(result -> counters.counter(Metric.POLLS, result));
    }

    void happened(Event event, View before, View after) {
        switch (event) {
            case Event.Submitted made ->
                counters.counter(Metric.JOBS_SUBMITTED, word(made.spec())).increment();
            case Event.Starting starting ->
                job(starting.job(), before, after)
                        .filter(job -> job.past().isEmpty())
                        .ifPresent(job -> waited(job, starting.at()));
            case Event.Ended ended -> job(ended.job(), before, after).ifPresent(job -> ended(job, ended));
            case Event.DaemonStarted other -> {}
            case Event.Started other -> {}
            case Event.CancelRequested other -> {}
            case Event.SignalSent other -> {}
            case Event.ProcessesGone other -> {}
            case Event.LeaseEnded other -> {}
            case Event.OnGpu gpu -> {
                if (gpu.what() instanceof GpuEvent.Raced) {
                    counters.counter(Metric.HANDOVER_RACES).increment();
                }
            }
            case Event.Forgotten other -> {}
            case Event.Signalled other -> {}
            case Event.Reordered other -> {}
            case Event.SlotsChanged other -> {}
            case Event.Cleared other -> {}
            case Event.FollowUp other -> {}
            case Event.SeveredGone other -> {}
            case Event.SeveredEnded other -> {}
            case Event.Warned other -> {}
            case Event.TimeUp other -> {}
            case Event.Arrived other -> {}
            case Event.MakesWay other -> {}
            case Event.Requeued other -> {}
            case Event.Rested other -> {}
            case Event.Admission other -> {}
        }
    }

    void polled(View view) {
        String result = switch (view.gpus().driver()) {
            case Driver.Ready ready -> "ready";
            case Driver.Absent absent -> "absent";
            case Driver.Failing failing -> "failing";
        };
        counters.counter(Metric.POLLS, result).increment();
    }

    private void waited(Job job, Instant until) {
        counters.histogram(Metric.JOB_WAIT, word(job.spec()))
                .record(positive(Duration.between(job.submittedAt(), until)));
    }

    private void ended(Job job, Event.Ended ended) {
        String line = word(job.spec());
        String result = new JobState.Ended(ended.end(), Optional.empty(), ended.at()).word();
        counters.counter(Metric.JOBS_ENDED, line, result).increment();
        ran(job, ended)
                .ifPresent(time -> counters.histogram(Metric.JOB_RUN, line).record(time));
    }

    /** By the supervisor's monotonic clock where it was there to measure; the wall clock otherwise. */
    private static Optional<Duration> ran(Job job, Event.Ended ended) {
        Usage usage = switch (ended.end()) {
            case End.Finished finished -> finished.usage();
            case End.Failed failed -> failed.usage();
            case End.Cancelled cancelled -> cancelled.usage();
            case End.TimedOut timedOut -> timedOut.usage();
            case End.NotStarted never -> Usage.NONE;
            case End.Skipped never -> Usage.NONE;
            case End.Lost unknown -> Usage.NONE;
            case End.Departed unknown -> Usage.NONE;
            case End.MadeWay madeWay -> madeWay.usage();
        };
        if (usage.runMicros() > 0) {
            return Optional.of(Duration.ofNanos(usage.runMicros() * 1000));
        }
        if (ended.end() instanceof End.Lost) {
            return Optional.empty(); // when it ended is not known
        }
        return job.state()
                .maybeRun()
                .flatMap(Run::startedAt)
                .map(start -> positive(Duration.between(start, ended.at())));
    }

    /** It may have come and gone within the batch, or been forgotten in it. */
    private static Optional<Job> job(JobId id, View before, View after) {
        return after.state().job(id).or(() -> before.state().job(id));
    }

    private static String word(JobSpec spec) {
        return QueueGauges.word(spec.resources().line());
    }

    private static Duration positive(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}
