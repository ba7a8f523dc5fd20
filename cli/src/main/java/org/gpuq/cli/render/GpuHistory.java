package org.gpuq.cli.render;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.gpuq.core.engine.GpuUse;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.Change;
import org.gpuq.core.job.End;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.JobState;
import org.gpuq.core.model.GpuId;
import tools.jackson.core.JsonGenerator;

/** What was on a GPU before: the jobs that had it, and what else became of it. */
final class GpuHistory {
    /** A screenful; scripts get twice as much. */
    private static final int SHOWN = 10;

    private final View view;
    private final GpuId gpu;

    GpuHistory(View view, GpuId gpu) {
        this.view = view;
        this.gpu = gpu;
    }

    /** The latest first: jobs, then changes. */
    void lines(Look look, BiConsumer<String, String> line) {
        for (GpuUse use : view.uses(gpu, SHOWN)) {
            line.accept(
                    "had by",
                    use.job() + " " + Sanitize.text(use.user().name()) + ", from "
                            + Times.shown(use.from(), look) + " for "
                            + Humane.duration(held(use)) + ": "
                            + use.end().map(Ends::sentence).orElse("it has it still"));
        }
        List<Change> changes = view.state().gpus().changes().of(gpu).reversed();
        changes.stream()
                .limit(SHOWN)
                .forEach(change -> line.accept(
                        "change",
                        Times.shown(change.at(), look) + " " + Sanitize.text(change.what())
                                + (change.reason().isEmpty() ? "" : ": " + Sanitize.text(change.reason()))));
    }

    void json(JsonGenerator json) {
        json.writeObjectPropertyStart("history");
        json.writeArrayPropertyStart("jobs");
        view.uses(gpu, 2 * SHOWN).forEach(use -> json(json, use));
        json.writeEndArray();
        json.writeArrayPropertyStart("changes");
        for (Change change : view.state().gpus().changes().of(gpu).reversed()) {
            json.writeStartObject();
            json.writeStringProperty("at", Times.utc(change.at()));
            json.writeStringProperty("what", change.what());
            JsonText.text(json, "reason", Optional.of(change.reason()).filter(text -> !text.isEmpty()));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void json(JsonGenerator json, GpuUse use) {
        Optional<ExitStatus> status = use.end().flatMap(JobWords::status);
        json.writeStartObject();
        json.writeNumberProperty("id", use.job().value());
        json.writeStringProperty("user", use.user().name());
        json.writeStringProperty("started", Times.utc(use.from()));
        JsonText.text(json, "ended", use.until().map(Times::utc));
        json.writeNumberProperty("seconds", held(use).toMillis() / 1000.0);
        json.writeStringProperty("state", use.end().map(end -> word(use, end)).orElse("running"));
        JsonText.number(json, "exit_code", JobJson.code(status));
        JsonText.number(json, "signal", JobJson.signal(status));
        json.writeEndObject();
    }

    private static String word(GpuUse use, End end) {
        return new JobState.Ended(end, Optional.empty(), use.from()).word();
    }

    private Duration held(GpuUse use) {
        return Duration.between(use.from(), use.until().orElse(view.now().wall()));
    }
}
