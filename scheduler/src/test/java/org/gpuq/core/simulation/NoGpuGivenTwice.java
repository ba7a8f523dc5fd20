package org.gpuq.core.simulation;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.gpuq.core.engine.Event;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.model.GpuId;

/** A GPU has one lease at most, and a new one only when nothing of an earlier job is on it any more, in truth. */
final class NoGpuGivenTwice implements Invariant {
    @Override
    public Optional<String> violation(Change change) {
        if (!(change.event() instanceof Event.Starting start) || AdoptedAsSeen.adoption(change, start)) {
            return Optional.empty();
        }
        return start.gpus().stream()
                .filter(gpu -> change.world().dirty(gpu, start.token()))
                .findFirst()
                .map(gpu -> gpu + " goes to job " + start.job() + " while something of another job is on it");
    }

    @Override
    public Optional<String> violation(Rest rest) {
        Set<GpuId> leased = new HashSet<>();
        for (Lease lease : rest.state().leases().values()) {
            for (GpuId gpu : lease.gpus()) {
                if (!leased.add(gpu)) {
                    return Optional.of(gpu + " is leased twice: " + rest.state().leases());
                }
            }
        }
        return Optional.empty();
    }
}
