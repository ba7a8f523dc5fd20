package org.gpuq.cli.render;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.gpuq.core.engine.View;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import tools.jackson.core.JsonGenerator;

/** Jobs as JSON. Text that is not UTF-8 holds U+FFFD in place of what could not be read. */
public final class JobJson {
    private final Function<Job, Optional<RawBytes>> outputs;

    /** @param outputs where a job's output goes; empty before it started and for a foreground job */
    public JobJson(Function<Job, Optional<RawBytes>> outputs) {
        this.outputs = outputs;
    }

    public byte[] list(Listing listing) {
        return JsonText.document(json -> {
            json.writeArrayPropertyStart("jobs");
            listing.jobs().forEach(entry -> {
                write(json, listing.view(), entry);
                json.writeEndObject();
            });
            json.writeEndArray();
        });
    }

    public byte[] one(View view, Job job) {
        return JsonText.document(json -> {
            json.writeName("job");
            write(json, view, new Listing.Entry(job, view.wait(job.id())));
            Estimates.json(json, view, job.id());
            json.writeEndObject();
        });
    }

    /** All but the end of the object. */
    private void write(JsonGenerator json, View view, Listing.Entry entry) {
        Job job = entry.job();
        JobSpec spec = job.spec();
        Optional<ExitStatus> status = JobWords.status(job);
        json.writeStartObject();
        json.writeNumberProperty("id", job.id().value());
        json.writeStringProperty("user", spec.user().name());
        JsonText.text(json, "label", spec.label().map(RawBytes::text));
        JsonText.text(json, "name", spec.name().map(RawBytes::text));
        json.writeStringProperty("state", job.state().word());
        JsonText.number(json, "exit_code", code(status));
        JsonText.number(json, "signal", signal(status));
        gpus(json, job.state().maybeRun().map(Run::gpus).orElse(List.of()));
        json.writeStringProperty("submitted", Times.utc(job.submittedAt()));
        JsonText.text(json, "started", JobWords.startedAt(job).map(Times::utc));
        JsonText.text(json, "ended", JobWords.endedAt(job).map(Times::utc));
        JsonText.text(json, "reason", JobWords.reason(entry));
        json.writeArrayPropertyStart("command");
        spec.command().forEach(word -> json.writeString(word.text()));
        json.writeEndArray();
        JsonText.text(
                json,
                "cwd",
                Optional.of(spec.directory()).filter(it -> !it.isEmpty()).map(RawBytes::text));
        JsonText.text(json, "output", outputs.apply(job).map(RawBytes::text));
        more(json, job);
        String which = job.spec().resources().want().words();
        JsonText.text(json, "gpus_which", Optional.of(which).filter(words -> !words.isEmpty()));
        JsonText.text(
                json, "placement", job.state().maybeRun().map(Run::placement).filter(why -> !why.isEmpty()));
        json.writeArrayPropertyStart("concerns");
        view.concerns().stream()
                .filter(concern -> concern.job().equals(job.id()))
                .forEach(concern -> {
                    json.writeStartObject();
                    json.writeStringProperty("kind", concern.kind().name().toLowerCase(Locale.ROOT));
                    json.writeStringProperty("text", concern.text());
                    json.writeEndObject();
                });
        json.writeEndArray();
        json.writeArrayPropertyStart("notes");
        view.state().gpus().remarks(job.id()).forEach(remark -> json.writeString(remark.text()));
        json.writeEndArray();
    }

    /** What is there beyond the promised fields. */
    private static void more(JsonGenerator json, Job job) {
        json.writeNumberProperty("gpus_wanted", job.spec().resources().gpus());
        json.writeNumberProperty("slots", job.spec().resources().slots());
        json.writeArrayPropertyStart("after");
        for (JobId parent : job.spec().after()) {
            json.writeNumber(parent.value());
        }
        json.writeEndArray();
        JsonText.number(json, "pid", pid(job));
        json.writeBooleanProperty("adopted", job.spec().adopted());
        Attempts.json(json, job);
    }

    private static OptionalInt pid(Job job) {
        return job.state()
                .maybeRun()
                .flatMap(Run::process)
                .map(JobProcess::pid)
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }

    private static void gpus(JsonGenerator json, List<GpuId> gpus) {
        json.writeArrayPropertyStart("gpus");
        for (GpuId gpu : gpus) {
            json.writeString(gpu.uuid());
        }
        json.writeEndArray();
    }

    static OptionalInt code(Optional<ExitStatus> status) {
        return status.isPresent() && status.get() instanceof ExitStatus.Exited exited
                ? OptionalInt.of(exited.code())
                : OptionalInt.empty();
    }

    static OptionalInt signal(Optional<ExitStatus> status) {
        return status.isPresent() && status.get() instanceof ExitStatus.Killed killed
                ? OptionalInt.of(killed.signal())
                : OptionalInt.empty();
    }
}
