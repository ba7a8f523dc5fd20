package org.gpuq.core.engine;

import java.util.List;
import java.util.Optional;
import org.gpuq.core.gpu.Availability;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.Known;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.gpu.Lease.Phase;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.model.GpuId;

/** Ends leases: when the job's processes have gone and a look taken after that finds its GPUs clean. */
final class HandOver {
    private HandOver() {}

    static void release(Draft draft) {
        for (Lease lease : draft.state().sortedLeases().values()) {
            if (lease.phase() instanceof Phase.Cooling cooling && clean(draft, lease, cooling)) {
                draft.add(new Event.LeaseEnded(
                        lease.job(), draft.surroundings().now().wall()));
            }
        }
        for (Severed left : draft.state().severed()) {
            if (left.goneNanos().isPresent()
                    && clean(draft, left, left.goneNanos().getAsLong())) {
                draft.add(new Event.SeveredEnded(left.token()));
            }
        }
    }

    private static boolean clean(Draft draft, Severed left, long goneNanos) {
        return left.gpus().isEmpty() || clean(draft, left.lease(goneNanos), new Phase.Cooling(goneNanos, true));
    }

    private static boolean clean(Draft draft, Lease lease, Phase.Cooling cooling) {
        GpuSnapshot gpus = draft.surroundings().gpus();
        return cooling.processesGone()
                && gpus.driver() instanceof Driver.Ready
                && gpus.begunNanos() > cooling.sinceNanos()
                && lease.gpus().stream().allMatch(id -> clean(draft, lease, id));
    }

    /** A GPU that is no longer there has nothing left to wait for. */
    private static boolean clean(Draft draft, Lease lease, GpuId id) {
        Optional<ObservedGpu> seen = draft.surroundings().gpus().gpu(id);
        if (seen.isEmpty()) {
            return true;
        }
        List<Lease> leases = draft.state().leases().values().stream()
                .filter(other -> other.gpus().contains(id))
                .toList();
        Known known = Schedule.known(Schedule.view(draft), seen.get(), leases, Optional.empty());
        return Availability.remainder(known, lease).isEmpty();
    }
}
