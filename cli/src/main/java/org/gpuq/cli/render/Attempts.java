package org.gpuq.cli.render;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.gpuq.core.engine.View;
import org.gpuq.core.job.Attempt;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.TimeLimit;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.RawBytes;
import tools.jackson.core.JsonGenerator;

/** The runs that a job has behind it, and how long the present one may last. */
final class Attempts {
    private Attempts() {}

    /**
     * A fact a line.
     *
     * @param outputs of the runs behind it, the first one first
     */
    static void lines(Job job, View view, List<RawBytes> outputs, BiConsumer<String, String> line) {
        job.spec().terms().time().ifPresent(time -> line.accept("time limit", limit(job, time, view)));
        int number = 0;
        for (Attempt attempt : job.past()) {
            String ran = JobWords.usage(attempt.end())
                    .map(Usage::runMicros)
                    .map(micros -> ", ran " + Humane.duration(Duration.ofNanos(micros * 1000)))
                    .orElse("");
            String kept = number < outputs.size() ? ", " + Sanitize.text(outputs.get(number)) : "";
            number++;
            line.accept("attempt " + number, Ends.sentence(attempt.end()) + ran + kept);
        }
    }

    private static String limit(Job job, TimeLimit time, View view) {
        String warning = time.warning()
                .map(it -> ", " + Signals.name(it.signal()) + " " + Humane.duration(it.before()) + " before")
                .orElse("");
        return Humane.duration(time.limit())
                + warning
                + left(job, time, view)
                        .map(left -> " (" + Humane.duration(left) + " left)")
                        .orElse("");
    }

    private static Optional<Duration> left(Job job, TimeLimit time, View view) {
        return job.state() instanceof JobState.Running running
                        && running.run().startedNanos().isPresent()
                ? Optional.of(time.limit()
                        .minusNanos(view.now().monotonicNanos()
                                - running.run().startedNanos().getAsLong()))
                : Optional.empty();
    }

    static void json(JsonGenerator json, Job job) {
        Optional<Duration> limit = job.spec().terms().time().map(TimeLimit::limit);
        json.writeName("time_limit");
        if (limit.isPresent()) {
            json.writeNumber(limit.get().toMillis() / 1000.0);
        } else {
            json.writeNull();
        }
        json.writeNumberProperty("retries", job.spec().terms().retries().most());
        json.writeArrayPropertyStart("attempts");
        for (Attempt attempt : job.past()) {
            Optional<ExitStatus> status = JobWords.status(attempt.end());
            json.writeStartObject();
            json.writeStringProperty("state", word(attempt));
            JsonText.number(json, "exit_code", JobJson.code(status));
            JsonText.number(json, "signal", JobJson.signal(status));
            JsonText.text(json, "started", attempt.run().startedAt().map(Times::utc));
            json.writeStringProperty("ended", Times.utc(attempt.at()));
            json.writeStringProperty("reason", Ends.sentence(attempt.end()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static String word(Attempt attempt) {
        return new JobState.Ended(attempt.end(), Optional.of(attempt.run()), attempt.at()).word();
    }
}
