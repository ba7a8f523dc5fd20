package org.gpuq.daemon.poll;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuProcess.Detail;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.gpu.ProcessKey;
import org.gpuq.core.model.GpuId;
import org.gpuq.nvml.NvmlDevice;
import org.gpuq.nvml.ProcessUtilization;

/**
 * What foreign processes do with a GPU, and since when they have done nothing. Asked seldom, and only of GPUs that have
 * such. For one thread.
 */
final class ProcessUse {
    private static final long EVERY_NANOS = Duration.ofSeconds(2).toNanos();

    private final Map<GpuId, Seen> seen = new HashMap<>();

    private static final class Seen {
        long askedNanos;
        long lastTimestampUs;
        boolean answers;
        Map<Integer, Double> busy = Map.of();
        Map<ProcessKey, Long> idleSince = new HashMap<>();
    }

    List<GpuProcess> with(NvmlDevice device, GpuId gpu, List<GpuProcess> processes, long nanos) {
        if (processes.stream().noneMatch(process -> process.owner() == Owner.FOREIGN)) {
            seen.remove(gpu);
            return processes;
        }
        Seen before = seen.get(gpu);
        Seen known = before == null ? new Seen() : before;
        seen.put(gpu, known);
        if (before == null || nanos - known.askedNanos >= EVERY_NANOS) {
            ask(device, known, nanos);
            remember(known, processes, nanos);
        }
        return processes.stream().map(process -> told(known, process)).toList();
    }

    private static void ask(NvmlDevice device, Seen known, long nanos) {
        known.askedNanos = nanos;
        Map<Integer, Double> busy = new HashMap<>();
        known.answers = false;
        device.processUtilization(known.lastTimestampUs).toOptional().ifPresent(samples -> {
            known.answers = true;
            for (ProcessUtilization sample : samples) {
                known.lastTimestampUs = Math.max(known.lastTimestampUs, sample.timestampUs());
                double share = Math.max(sample.smPercent(), sample.memoryPercent()) / 100.0;
                busy.merge(Math.toIntExact(sample.pid()), share, Math::max);
            }
        });
        known.busy = busy;
    }

    private static void remember(Seen known, List<GpuProcess> processes, long nanos) {
        Map<ProcessKey, Long> idle = new HashMap<>();
        for (GpuProcess process : processes) {
            process.key()
                    .ifPresent(key -> idle.put(
                            key,
                            known.busy.getOrDefault(process.pid(), 0.0) > 0
                                    ? nanos
                                    : known.idleSince.getOrDefault(key, nanos)));
        }
        known.idleSince = idle;
    }

    private static GpuProcess told(Seen known, GpuProcess process) {
        if (process.owner() != Owner.FOREIGN || !known.answers) {
            return process;
        }
        OptionalLong since =
                process.key().map(known.idleSince::get).map(OptionalLong::of).orElse(OptionalLong.empty());
        Detail was = process.detail();
        return process.with(new Detail(
                was.startTicks(),
                OptionalDouble.of(known.busy.getOrDefault(process.pid(), 0.0)),
                since,
                was.container()));
    }
}
