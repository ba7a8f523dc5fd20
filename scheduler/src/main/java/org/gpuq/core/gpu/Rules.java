package org.gpuq.core.gpu;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.gpu.Lease.Phase;
import org.gpuq.core.gpu.Past.Sight;

/** The rules that a GPU must pass to be free. Each looks at one thing, and objects with the state and its reason. */
final class Rules {
    private Rules() {}

    /** On record as ill: set aside until it is well or an administrator resumes it. */
    static Optional<GpuState> onRecordAsIll(Known known) {
        return Optional.ofNullable(known.ledger().quarantines().get(known.gpu().id()))
                .map(it -> new GpuState.Quarantined(it.trouble().reason()));
    }

    /** Ill in this look, whether that is on record yet or not; what an administrator has accepted does not count. */
    static Optional<GpuState> ill(Known known) {
        return known.gpu().troubles().stream()
                .filter(trouble -> !known.ledger().accepts(known.gpu().id(), trouble))
                .findFirst()
                .map(trouble -> new GpuState.Quarantined(trouble.reason()));
    }

    static Optional<GpuState> prohibited(Known known) {
        return known.gpu().prohibited()
                ? Optional.of(new GpuState.Quarantined("its compute mode is PROHIBITED"))
                : Optional.empty();
    }

    static Optional<GpuState> leased(Known known) {
        return known.held().map(lease -> new GpuState.Leased(lease.job()));
    }

    static Optional<GpuState> stale(Known known) {
        return known.stale().map(GpuState.Unknown::new);
    }

    /** Memory of an ended job that nobody gives back is no longer a matter of waiting. */
    static Optional<GpuState> neverGivenBack(Known known) {
        return known.cooling()
                .filter(lease -> lease.phase() instanceof Phase.Cooling cooling
                        && cooling.processesGone()
                        && age(known, cooling.sinceNanos())
                                        .compareTo(known.thresholds().residualAfter())
                                > 0)
                .flatMap(lease -> Availability.remainder(known, lease)
                        .map(what -> new GpuState.Residual(
                                what + " after "
                                        + Observation.seconds(known.thresholds().residualAfter()) + " and more",
                                Optional.of(lease.job()))));
    }

    static Optional<GpuState> coolingDown(Known known) {
        return known.cooling()
                .map(lease -> new GpuState.Cooldown(
                        lease.job(), Availability.remainder(known, lease).orElse("the next look at it hands it on")));
    }

    static Optional<GpuState> drained(Known known) {
        return Optional.ofNullable(known.ledger().drains().get(known.gpu().id()))
                .map(drain -> new GpuState.Drained(
                        "drained by " + drain.by().name() + (drain.reason().isEmpty() ? "" : ": " + drain.reason())));
    }

    static Optional<GpuState> processesUnknown(Known known) {
        return known.gpu().processes().isPresent()
                ? Optional.empty()
                : Optional.of(new GpuState.Unknown("its processes cannot be listed"));
    }

    static Optional<GpuState> foreign(Known known) {
        List<GpuProcess> blocking = known.processes().filter(known::blocks).toList();
        return blocking.isEmpty() ? Optional.empty() : Optional.of(new GpuState.Foreign(blocking));
    }

    static Optional<GpuState> memoryUnknown(Known known) {
        return known.gpu().memoryUsedBytes().isPresent()
                ? Optional.empty()
                : Optional.of(new GpuState.Unknown("its memory use cannot be read"));
    }

    static Optional<GpuState> memoryInUse(Known known) {
        return known.excessBytes() <= known.baselineBytes()
                ? Optional.empty()
                : Optional.of(new GpuState.Residual(
                        Observation.gib(known.excessBytes()) + " are in use by no process that is known"));
    }

    static Optional<GpuState> severed(Known known) {
        return known.severed().map(GpuState.Foreign::new);
    }

    /** High utilization speaks against a GPU; a low one never speaks for it. */
    static Optional<GpuState> computesUnseen(Known known) {
        Past past = known.gpu().past();
        return past.sight() == Sight.BUSY
                        && past.looks() >= known.thresholds().calmLooks()
                        && age(known, past.sinceNanos())
                                        .compareTo(known.thresholds().busyTime())
                                >= 0
                ? Optional.of(new GpuState.Unknown("it computes, and no process is listed on it"))
                : Optional.empty();
    }

    /** Whoever was on it may be between two of his programs. */
    static Optional<GpuState> notCalmYet(Known known) {
        int calm = known.gpu().past().calmLooks();
        int needed = known.thresholds().calmLooks();
        return calm >= needed || known.processes().anyMatch(process -> process.blocks() && !known.blocks(process))
                ? Optional.empty()
                : Optional.of(new GpuState.Unknown(
                        "it was in use or unwell a moment ago: clean in " + calm + " of " + needed + " looks"));
    }

    private static Duration age(Known known, long nanos) {
        return Duration.ofNanos(known.now().monotonicNanos() - nanos);
    }
}
