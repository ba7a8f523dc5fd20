package org.gpuq.cli.render;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.User;
import tools.jackson.core.JsonGenerator;

/** GPUs as JSON. */
public final class GpuJson {
    private GpuJson() {}

    public static byte[] list(View view) {
        Holder holder = new Holder(view.state());
        Map<GpuId, GpuState> states = view.gpuStates();
        return JsonText.document(json -> {
            json.writeArrayPropertyStart("gpus");
            for (ObservedGpu gpu : view.gpus().gpus()) {
                GpuState state = states.getOrDefault(gpu.id(), new GpuState.Unknown("it has not been judged yet"));
                write(json, gpu, state, holder);
            }
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, ObservedGpu gpu, GpuState state, Holder holder) {
        json.writeStartObject();
        json.writeNumberProperty("index", gpu.index());
        json.writeStringProperty("uuid", gpu.id().uuid());
        json.writeStringProperty("name", gpu.name());
        json.writeStringProperty("state", state.word());
        JsonText.text(json, "reason", holder.reason(state));
        JsonText.number(json, "utilization", gpu.utilization());
        JsonText.number(json, "memory_used", gpu.memoryUsedBytes());
        JsonText.number(json, "memory_total", gpu.memoryTotalBytes());
        JsonText.number(json, "temperature", gpu.temperatureCelsius());
        JsonText.number(json, "power", gpu.powerWatts());
        JsonText.number(json, "job", id(Holder.job(state)));
        processes(json, gpu.processes());
        json.writeEndObject();
    }

    private static void processes(JsonGenerator json, Optional<List<GpuProcess>> processes) {
        if (processes.isEmpty()) {
            json.writeNullProperty("processes");
            return;
        }
        json.writeArrayPropertyStart("processes");
        for (GpuProcess process : processes.get()) {
            json.writeStartObject();
            json.writeNumberProperty("pid", process.pid());
            JsonText.text(json, "user", process.user().map(User::name));
            Optional<String> command = Optional.of(process.command()).filter(text -> !text.isEmpty());
            JsonText.text(json, "command", command);
            JsonText.number(json, "memory", process.memoryBytes());
            json.writeStringProperty("owner", process.owner().name().toLowerCase(Locale.ROOT));
            JsonText.number(json, "job", id(process.job()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static OptionalInt id(Optional<JobId> job) {
        return job.map(id -> OptionalInt.of(id.value())).orElse(OptionalInt.empty());
    }
}
