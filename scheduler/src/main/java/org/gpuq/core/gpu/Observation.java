package org.gpuq.core.gpu;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.gpu.Past.Sight;

/** What a look says by itself, whoever holds a lease and whatever is on record. */
public final class Observation {
    private Observation() {}

    /** The first thing that speaks against a GPU, or that nothing does. A job's own processes speak against nothing. */
    public static Sight sight(ObservedGpu gpu, long baselineBytes, Thresholds thresholds) {
        if (gpu.fault().isPresent() || gpu.prohibited()) {
            return Sight.FAULT;
        }
        if (gpu.processes().isEmpty()) {
            return Sight.UNLISTED;
        }
        boolean foreign = processes(gpu).anyMatch(process -> process.blocks() && process.owner() != Owner.JOB);
        if (foreign) {
            return Sight.FOREIGN;
        }
        if (gpu.memoryUsedBytes().isEmpty()) {
            return Sight.MEMORY_UNREADABLE;
        }
        if (processes(gpu).anyMatch(process -> process.owner() == Owner.JOB)) {
            return Sight.CLEAR; // what it uses and does is the job's
        }
        if (excessBytes(gpu, GpuProcess::blocks) > baselineBytes) {
            return Sight.MEMORY;
        }
        return computes(gpu, thresholds) ? Sight.BUSY : Sight.CLEAR;
    }

    /** A MIG slice has no figure of its own, and a desktop draws. */
    private static boolean computes(ObservedGpu gpu, Thresholds thresholds) {
        return gpu.utilization().orElse(0) > thresholds.busyRatio()
                && processes(gpu).findAny().isEmpty();
    }

    /**
     * Memory in use that nobody who does not block accounts for. A harmless process whose memory the driver does not tell
     * may account for all of it.
     */
    static long excessBytes(ObservedGpu gpu, Predicate<GpuProcess> blocks) {
        List<GpuProcess> harmless =
                processes(gpu).filter(process -> !blocks.test(process)).toList();
        if (harmless.stream().anyMatch(process -> process.memoryBytes().isEmpty() && process.blocks())) {
            return 0;
        }
        return gpu.memoryUsedBytes().orElse(0)
                - harmless.stream()
                        .mapToLong(process -> process.memoryBytes().orElse(0))
                        .sum();
    }

    private static Stream<GpuProcess> processes(ObservedGpu gpu) {
        return gpu.processes().stream().flatMap(List::stream);
    }

    static String gib(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
    }

    static String seconds(Duration time) {
        return time.toSeconds() + " s";
    }
}
