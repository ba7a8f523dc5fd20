package org.gpuq.cli.render;

import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.gpu.Judgement;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.model.GpuId;

/**
 * The GPUs for scripts that do not read JSON: a header, then one line a GPU, fields separated by one tab, a dash for what
 * is unknown. Memory in bytes, utilization 0 to 1, degrees Celsius, watts. New columns may only be added at the end.
 */
public final class GpuLines {
    private static final String HEADER =
            "GPU\tUUID\tMODEL\tSTATE\tUTIL\tMEMORY_USED\tMEMORY_TOTAL\tTEMP\tPOWER\tHOLDER\tSINCE\n";

    private GpuLines() {}

    public static void appendTo(StringBuilder out, View view) {
        out.append(HEADER);
        Holder holder = new Holder(view);
        Map<GpuId, Judgement> judgements = view.judgements();
        for (ObservedGpu gpu : view.gpus().gpus()) {
            Judgement judgement = Objects.requireNonNull(judgements.get(gpu.id()));
            GpuState state = judgement.state();
            out.append(gpu.label()).append('\t');
            out.append(Sanitize.text(gpu.id().uuid())).append('\t');
            out.append(Sanitize.text(gpu.name())).append('\t');
            out.append(state.word()).append('\t');
            out.append(text(gpu.utilization())).append('\t');
            out.append(text(gpu.memoryUsedBytes())).append('\t');
            out.append(text(gpu.memoryTotalBytes())).append('\t');
            out.append(text(gpu.temperatureCelsius())).append('\t');
            out.append(text(gpu.powerWatts())).append('\t');
            out.append(holder.of(gpu, state)).append('\t');
            out.append(Times.utc(judgement.since())).append('\n');
        }
    }

    private static String text(OptionalDouble value) {
        return value.isPresent() ? Double.toString(value.getAsDouble()) : Humane.UNKNOWN;
    }

    private static String text(OptionalLong value) {
        return value.isPresent() ? Long.toString(value.getAsLong()) : Humane.UNKNOWN;
    }

    private static String text(OptionalInt value) {
        return value.isPresent() ? Integer.toString(value.getAsInt()) : Humane.UNKNOWN;
    }
}
