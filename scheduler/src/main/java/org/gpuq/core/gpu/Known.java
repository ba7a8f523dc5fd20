package org.gpuq.core.gpu;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.gpu.Lease.Phase;
import org.gpuq.core.model.Now;

/**
 * All that the rules look at, of one GPU.
 *
 * @param leases of jobs that hold it or whose remains are waited for; several when they share it
 * @param severed when a job of a queue that was ended may still have it: that job's processes, as far as known
 * @param stale why the reading must not be relied on, if so
 * @param lookNanos when the look began
 * @param baselineBytes memory in use up to which a GPU counts as empty
 */
public record Known(
        ObservedGpu gpu,
        List<Lease> leases,
        GpuLedger ledger,
        Optional<List<GpuProcess>> severed,
        Optional<String> stale,
        long lookNanos,
        long baselineBytes,
        Thresholds thresholds,
        Now now) {
    public Known {
        leases = List.copyOf(leases);
    }

    Optional<Lease> held() {
        return leases.stream()
                .filter(lease -> lease.phase() instanceof Phase.Held)
                .findFirst();
    }

    Optional<Lease> cooling() {
        return leases.stream()
                .filter(lease -> lease.phase() instanceof Phase.Cooling)
                .findFirst();
    }

    /** Processes that an administrator has told not to block count as little as desktop programs. */
    boolean blocks(GpuProcess process) {
        return process.blocks() && !pardoned(process);
    }

    private boolean pardoned(GpuProcess process) {
        return process.owner() == Owner.FOREIGN
                && ledger.pardon(process)
                        .filter(pardon -> now.monotonicNanos() < pardon.untilMonotonicNanos())
                        .isPresent();
    }

    Stream<GpuProcess> processes() {
        return gpu.processes().stream().flatMap(List::stream);
    }

    /** Memory in use that neither desktop programs nor pardoned ones account for. */
    long excessBytes() {
        return Observation.excessBytes(gpu, this::blocks);
    }

    /** As if nobody had a lease and these processes, with their memory, were not there. */
    public Known without(Predicate<GpuProcess> some) {
        return new Known(
                gpu.without(some), List.of(), ledger, severed, stale, lookNanos, baselineBytes, thresholds, now);
    }

    Instant wall(long nanos) {
        return now.wall().minusNanos(now.monotonicNanos() - nanos);
    }
}
