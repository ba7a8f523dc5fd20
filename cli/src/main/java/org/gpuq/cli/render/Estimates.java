package org.gpuq.cli.render;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.gpuq.core.engine.View;
import org.gpuq.core.model.JobId;
import org.gpuq.core.policy.Estimate;
import tools.jackson.core.JsonGenerator;

/** When a queued job could start, as text. */
public final class Estimates {
    private Estimates() {}

    /** A phrase that follows "estimate": on a terminal how long from now, elsewhere the moments. */
    static String sentence(Estimate estimate, View view, Look look) {
        return span(estimate, view, look)
                .map(span ->
                        span + (estimate.reason().isEmpty() ? "" : "; until when is not known: " + estimate.reason()))
                .orElse("not known: " + estimate.reason());
    }

    private static Optional<String> span(Estimate estimate, View view, Look look) {
        return estimate.earliest()
                .map(earliest -> look.terminal()
                        ? "starts " + words(earliest, estimate.latest())
                        : "starts " + moments(earliest, estimate.latest(), view));
    }

    /** {@code ; starts in 5m00s to 12m00s}, or nothing where nothing is known. */
    public static String remark(View view, JobId job) {
        return view.estimate(job)
                .flatMap(estimate -> estimate.earliest().map(it -> words(it, estimate.latest())))
                .map(words -> "; starts " + words)
                .orElse("");
    }

    private static String words(Duration earliest, Optional<Duration> latest) {
        String from = Humane.duration(earliest);
        if (latest.isEmpty()) {
            return "not before " + from + " from now";
        }
        String to = Humane.duration(latest.get());
        if (earliest.isZero()) {
            return "within " + to;
        }
        return from.equals(to) ? "in about " + to : "in " + from + " to " + to;
    }

    private static String moments(Duration earliest, Optional<Duration> latest, View view) {
        String from = at(earliest, view);
        return latest.map(it -> "between " + from + " and " + at(it, view)).orElse("not before " + from);
    }

    private static String at(Duration time, View view) {
        Instant at = view.now().wall().plus(time);
        return Times.utc(at);
    }

    /** As the member {@code estimate}; null when the job is not queued. */
    static void json(JsonGenerator json, View view, JobId job) {
        Optional<Estimate> estimate = view.estimate(job);
        if (estimate.isEmpty()) {
            json.writeNullProperty("estimate");
            return;
        }
        json.writeObjectPropertyStart("estimate");
        JsonText.text(json, "earliest", estimate.get().earliest().map(time -> at(time, view)));
        JsonText.text(json, "latest", estimate.get().latest().map(time -> at(time, view)));
        JsonText.text(json, "reason", Optional.of(estimate.get().reason()).filter(text -> !text.isEmpty()));
        json.writeEndObject();
    }
}
