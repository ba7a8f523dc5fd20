package org.gpuq.daemon.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.model.GpuId;

/** A row of gauges for every GPU. */
final class GpuGauges {
    static final List<String> STATES = Arrays.stream(GpuState.class.getPermittedSubclasses())
            .map(state -> state.getSimpleName().toLowerCase(Locale.ROOT))
            .toList();

    private GpuGauges() {}

    static void write(View view, GaugeRows rows) {
        Map<GpuId, GpuState> states = view.gpuStates();
        boolean current = current(view);
        for (ObservedGpu gpu : view.gpus().gpus()) {
            String uuid = gpu.id().uuid();
            rows.add(Metric.GPU_INFO, 1, uuid, Integer.toString(gpu.index()), gpu.name());
            GpuState state = states.get(gpu.id());
            if (state != null) {
                for (String word : STATES) {
                    rows.add(Metric.GPU_STATE, word.equals(state.word()) ? 1 : 0, uuid, word);
                }
            }
            if (current) {
                readings(gpu, rows);
            }
        }
    }

    /** Readings of a driver that has stopped answering are of the past: they would look like the present on a graph. */
    private static boolean current(View view) {
        long ageNanos = view.now().monotonicNanos() - view.gpus().begunNanos();
        return view.gpus().driver() instanceof Driver.Ready
                && ageNanos <= view.settings().snapshotMaxAge().toNanos();
    }

    private static void readings(ObservedGpu gpu, GaugeRows rows) {
        String uuid = gpu.id().uuid();
        gpu.utilization().ifPresent(ratio -> rows.add(Metric.GPU_UTILIZATION, ratio, uuid));
        gpu.memoryUsedBytes().ifPresent(bytes -> rows.add(Metric.GPU_MEMORY_USED, (double) bytes, uuid));
        gpu.memoryTotalBytes().ifPresent(bytes -> rows.add(Metric.GPU_MEMORY_TOTAL, (double) bytes, uuid));
        gpu.temperatureCelsius().ifPresent(celsius -> rows.add(Metric.GPU_TEMPERATURE, celsius, uuid));
        gpu.powerWatts().ifPresent(watts -> rows.add(Metric.GPU_POWER, watts, uuid));
        gpu.processes().ifPresent(processes -> processes(uuid, processes, rows));
    }

    private static void processes(String uuid, List<GpuProcess> processes, GaugeRows rows) {
        for (GpuProcess.Owner owner : GpuProcess.Owner.values()) {
            List<GpuProcess> theirs = processes.stream()
                    .filter(process -> process.owner() == owner)
                    .toList();
            String word = owner.name().toLowerCase(Locale.ROOT);
            rows.add(Metric.GPU_PROCESSES, theirs.size(), uuid, word);
            memory(theirs).ifPresent(bytes -> rows.add(Metric.GPU_PROCESS_MEMORY, (double) bytes, uuid, word));
        }
    }

    /** A sum with an unknown part is unknown. */
    private static OptionalLong memory(List<GpuProcess> processes) {
        if (processes.stream().anyMatch(process -> process.memoryBytes().isEmpty())) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(processes.stream()
                .mapToLong(process -> process.memoryBytes().orElseThrow())
                .sum());
    }
}
