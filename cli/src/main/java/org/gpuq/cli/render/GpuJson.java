package org.gpuq.cli.render;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuLedger;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.gpu.Judgement;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.User;
import tools.jackson.core.JsonGenerator;

/** GPUs as JSON. */
public final class GpuJson {
    private GpuJson() {}

    public static byte[] list(View view) {
        Map<GpuId, Judgement> judgements = view.judgements();
        return JsonText.document(json -> {
            json.writeArrayPropertyStart("gpus");
            for (ObservedGpu gpu : view.gpus().gpus()) {
                write(json, view, gpu, judgements);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    public static byte[] one(View view, ObservedGpu gpu) {
        Map<GpuId, Judgement> judgements = view.judgements();
        return JsonText.document(json -> {
            json.writeName("gpu");
            write(json, view, gpu, judgements);
            new GpuHistory(view, gpu.id()).json(json);
            json.writeEndObject();
        });
    }

    /** All but the end of the object. */
    private static void write(JsonGenerator json, View view, ObservedGpu gpu, Map<GpuId, Judgement> judgements) {
        Holder holder = new Holder(view);
        Judgement judgement = Objects.requireNonNull(judgements.get(gpu.id()));
        GpuState state = judgement.state();
        json.writeStartObject();
        json.writeNumberProperty("index", gpu.index());
        JsonText.number(
                json,
                "slice",
                gpu.facts().slice().map(slice -> OptionalInt.of(slice.slot())).orElse(OptionalInt.empty()));
        json.writeStringProperty("uuid", gpu.id().uuid());
        json.writeStringProperty("name", gpu.name());
        json.writeStringProperty("state", state.word());
        JsonText.text(json, "reason", holder.reason(state));
        JsonText.number(json, "utilization", gpu.utilization());
        JsonText.number(json, "memory_used", gpu.memoryUsedBytes());
        JsonText.number(json, "memory_total", gpu.memoryTotalBytes());
        JsonText.number(json, "temperature", gpu.temperatureCelsius());
        JsonText.number(json, "power", gpu.powerWatts());
        JsonText.number(json, "job", id(job(view, gpu, state)));
        json.writeArrayPropertyStart("jobs");
        view.state().sortedLeases().values().stream()
                .filter(lease -> lease.gpus().contains(gpu.id()))
                .forEach(lease -> json.writeNumber(lease.job().value()));
        json.writeEndArray();
        processes(json, view, holder, gpu);
        json.writeStringProperty("since", Times.utc(judgement.since()));
        json.writeStringProperty("ends", judgement.end());
        json.writeArrayPropertyStart("remarks");
        gpu.health().remarks().forEach(json::writeString);
        json.writeEndArray();
        JsonText.text(json, "pci", gpu.facts().pci());
        JsonText.number(json, "minor", gpu.facts().minor());
        json.writeArrayPropertyStart("nvlinks");
        view.gpus().gpus().stream()
                .filter(other -> gpu.facts().links().containsKey(other.id()))
                .forEach(other -> {
                    json.writeStartObject();
                    json.writeStringProperty("uuid", other.id().uuid());
                    json.writeNumberProperty(
                            "links", Objects.requireNonNull(gpu.facts().links().get(other.id())));
                    json.writeEndObject();
                });
        json.writeEndArray();
    }

    /** Whoever holds it: a GPU that is set aside under its job is still that job's. */
    private static Optional<JobId> job(View view, ObservedGpu gpu, GpuState state) {
        return Holder.job(state)
                .or(() -> view.state().sortedLeases().values().stream()
                        .filter(lease -> lease.gpus().contains(gpu.id()))
                        .map(Lease::job)
                        .findFirst());
    }

    private static void processes(JsonGenerator json, View view, Holder holder, ObservedGpu gpu) {
        if (gpu.processes().isEmpty()) {
            json.writeNullProperty("processes");
            return;
        }
        json.writeArrayPropertyStart("processes");
        for (GpuProcess process : gpu.processes().get()) {
            json.writeStartObject();
            json.writeNumberProperty("pid", process.pid());
            JsonText.text(json, "user", process.user().map(User::name));
            Optional<String> command = Optional.of(process.command()).filter(text -> !text.isEmpty());
            JsonText.text(json, "command", command);
            JsonText.number(json, "memory", process.memoryBytes());
            json.writeStringProperty("owner", process.owner().name().toLowerCase(Locale.ROOT));
            JsonText.number(json, "job", id(process.job()));
            JsonText.number(json, "age", seconds(process.age(view.now())));
            JsonText.number(json, "idle", seconds(process.idle(view.now())));
            JsonText.number(json, "utilization", process.detail().utilization());
            JsonText.text(json, "container", process.detail().container());
            json.writeBooleanProperty("stray", view.stray(gpu.id(), process));
            ignored(json, holder, process);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void ignored(JsonGenerator json, Holder holder, GpuProcess process) {
        Optional<GpuLedger.Pardon> pardon = holder.pardon(process);
        if (pardon.isEmpty()) {
            json.writeNullProperty("ignored");
            return;
        }
        json.writeObjectPropertyStart("ignored");
        json.writeStringProperty("by", pardon.get().by().name());
        json.writeStringProperty("reason", pardon.get().reason());
        json.writeNumberProperty("seconds_left", holder.left(pardon.get()).toSeconds());
        json.writeEndObject();
    }

    private static OptionalLong seconds(Optional<Duration> time) {
        return time.map(it -> OptionalLong.of(Math.max(0, it.toSeconds()))).orElse(OptionalLong.empty());
    }

    private static OptionalInt id(Optional<JobId> job) {
        return job.map(id -> OptionalInt.of(id.value())).orElse(OptionalInt.empty());
    }
}
