package org.gpuq.daemon.poll;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.gpuq.core.model.GpuId;
import org.gpuq.nvml.NvmlDevice;
import org.gpuq.nvml.ProcessInfo;
import org.gpuq.nvml.Reading;

/**
 * Who draws on each GPU. The driver takes milliseconds for this list, as long as for all the rest together, so it is asked
 * only now and then, and sooner when what it said may not be true any more: the GPU's used memory has changed, or one that
 * was on it has gone. Whoever came since and takes so little memory that nobody sees it blocks nobody. For one thread.
 */
final class GraphicsList {
    private static final long EVERY_NANOS = Duration.ofSeconds(5).toNanos();
    /** While memory changes at every look. */
    private static final long CHANGING_NANOS = Duration.ofMillis(500).toNanos();

    private final Map<GpuId, Asked> last = new HashMap<>();

    private record Asked(Reading<List<ProcessInfo>> answer, Optional<Long> usedBytes, long atNanos) {
        boolean holds(Optional<Long> used, long nanos, LongPredicate there) {
            return switch (answer) {
                case Reading.Unsupported<List<ProcessInfo>>() -> true;
                case Reading.Failed<List<ProcessInfo>> failed -> false;
                case Reading.Value<List<ProcessInfo>>(List<ProcessInfo> processes) ->
                    used.isPresent()
                            && nanos - atNanos < (used.equals(usedBytes) ? EVERY_NANOS : CHANGING_NANOS)
                            && processes.stream().mapToLong(ProcessInfo::pid).allMatch(there);
            };
        }
    }

    /**
     * @param usedBytes the GPU's used memory in this look; empty when it cannot be read
     * @param there whether a process is still there
     */
    Reading<List<ProcessInfo>> of(
            NvmlDevice device, GpuId gpu, Optional<Long> usedBytes, long nanos, LongPredicate there) {
        Asked known = last.get(gpu);
        if (known == null || !known.holds(usedBytes, nanos, there)) {
            known = new Asked(device.graphicsProcesses(), usedBytes, nanos);
            last.put(gpu, known);
        }
        return known.answer();
    }

    void forget(GpuId gpu) {
        last.remove(gpu);
    }

    void clear() {
        last.clear();
    }
}
