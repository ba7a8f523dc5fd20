package org.gpuq.daemon.poll;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.gpuq.core.gpu.Health;
import org.gpuq.core.gpu.Trouble;
import org.gpuq.core.gpu.Trouble.Kind;
import org.gpuq.core.model.GpuId;
import org.gpuq.nvml.ClockReason;
import org.gpuq.nvml.EccCounter;
import org.gpuq.nvml.EccErrorType;
import org.gpuq.nvml.NvmlDevice;
import org.gpuq.nvml.RecoveryAction;
import org.gpuq.nvml.RemappedRows;

/**
 * Reads a GPU's health, which changes seldom, so less often than the rest; one that is unwell is looked at more often. For
 * one thread.
 */
final class HealthReader {
    private static final long WELL_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long UNWELL_NANOS = Duration.ofSeconds(1).toNanos();

    private final Map<GpuId, Reading> last = new HashMap<>();
    private final Map<GpuId, Long> resets = new HashMap<>();

    private record Reading(List<Trouble> troubles, List<String> remarks, long atNanos) {
        boolean due(long nanos) {
            return nanos - atNanos >= (troubles.isEmpty() && remarks.isEmpty() ? WELL_NANOS : UNWELL_NANOS);
        }
    }

    /** @param nanos when this look began */
    Health read(NvmlDevice device, GpuId id, List<Trouble> xids, long nanos) {
        Reading known = last.get(id);
        if (known == null || known.due(nanos)) {
            Optional<RemappedRows> rows = device.remappedRows().toOptional();
            known = new Reading(conditions(device, rows), remarks(device, rows), nanos);
            last.put(id, known);
        }
        List<Trouble> troubles = new ArrayList<>(xids);
        troubles.addAll(known.troubles());
        Long reset = resets.get(id);
        return new Health(troubles, known.remarks(), reset == null ? OptionalLong.empty() : OptionalLong.of(reset));
    }

    /** It was seen to come back: everything is read again. */
    void reset(GpuId id, long nanos) {
        resets.put(id, nanos);
        last.remove(id);
    }

    private static List<Trouble> conditions(NvmlDevice device, Optional<RemappedRows> rows) {
        List<Trouble> troubles = new ArrayList<>();
        device.recoveryAction().toOptional().flatMap(HealthReader::wanted).ifPresent(troubles::add);
        if (rows.filter(RemappedRows::failure).isPresent()) {
            troubles.add(new Trouble(Kind.REMAP, "rows of its memory could not be remapped", "remap"));
        }
        long errors = device.eccErrors(EccErrorType.UNCORRECTED, EccCounter.VOLATILE)
                .toOptional()
                .orElse(0L);
        if (errors > 0) {
            troubles.add(new Trouble(
                    Kind.ECC,
                    errors + " uncorrected memory error" + (errors == 1 ? "" : "s") + " since the driver was loaded",
                    "ecc-" + errors));
        }
        return troubles;
    }

    private static Optional<Trouble> wanted(RecoveryAction action) {
        String what = switch (action) {
            case NONE -> "";
            case GPU_RESET -> "a reset of the GPU";
            case NODE_REBOOT -> "a reboot of the machine";
            case DRAIN_P2P -> "that nothing uses its links to other GPUs";
            case DRAIN_AND_RESET -> "that nothing uses it, and then a reset";
        };
        return what.isEmpty()
                ? Optional.empty()
                : Optional.of(new Trouble(Kind.RECOVERY, "the driver asks for " + what, "recovery-" + action));
    }

    /** What slows it down beyond the usual: a power cap is usual. */
    private static List<String> remarks(NvmlDevice device, Optional<RemappedRows> rows) {
        List<String> remarks = new ArrayList<>();
        if (rows.filter(RemappedRows::pending).isPresent()) {
            remarks.add("rows of its memory are remapped at the next reset");
        }
        Set<ClockReason> reasons = device.clockReasons().toOptional().orElse(Set.of());
        if (reasons.contains(ClockReason.HW_THERMAL_SLOWDOWN) || reasons.contains(ClockReason.SW_THERMAL_SLOWDOWN)) {
            remarks.add("slowed down by heat");
        } else if (reasons.contains(ClockReason.HW_POWER_BRAKE_SLOWDOWN)) {
            remarks.add("slowed down by its power supply");
        } else if (reasons.contains(ClockReason.HW_SLOWDOWN)) {
            remarks.add("slowed down by its hardware");
        }
        return remarks;
    }
}
