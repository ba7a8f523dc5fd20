package org.gpuq.core.simulation;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.Surroundings;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.model.GpuId;

/**
 * A GPU that anybody can see to be free is not left idle for more than a few looks while the first in line asks for one GPU.
 * What is to be seen is judged here without the rules that decide.
 */
final class IdleIsShort implements Invariant {
    private final Map<GpuId, Integer> idleLooks = new HashMap<>();
    private long lastLook = Long.MIN_VALUE;

    @Override
    public Optional<String> violation(Rest rest) {
        Surroundings around = rest.surroundings();
        if (around.gpus().begunNanos() == lastLook) {
            return Optional.empty();
        }
        lastLook = around.gpus().begunNanos();
        boolean wanted = wanted(rest.state()) && fresh(around);
        for (ObservedGpu gpu : around.gpus().gpus()) {
            int looks = wanted && empty(gpu) && untaken(rest.state(), gpu.id())
                    ? idleLooks.getOrDefault(gpu.id(), 0) + 1
                    : 0;
            idleLooks.put(gpu.id(), looks);
            if (looks > around.settings().thresholds().calmLooks()) {
                return Optional.of(gpu + " is idle in " + looks + " looks in a row while a job that fits waits");
            }
        }
        return Optional.empty();
    }

    private static boolean wanted(State state) {
        var line = state.ready(Line.GPU).iterator();
        return state.stopped().isEmpty()
                && line.hasNext()
                && state.job(line.next())
                        .filter(job -> job.spec().resources().gpus() == 1)
                        .isPresent();
    }

    private static boolean fresh(Surroundings around) {
        Duration age =
                Duration.ofNanos(around.now().monotonicNanos() - around.gpus().begunNanos());
        return around.gpus().driver() instanceof Driver.Ready
                && age.compareTo(around.settings().snapshotMaxAge()) <= 0;
    }

    private static boolean empty(ObservedGpu gpu) {
        return gpu.fault().isEmpty()
                && gpu.health().troubles().isEmpty()
                && gpu.processes().filter(all -> all.isEmpty()).isPresent()
                && gpu.memoryUsedBytes().orElse(Long.MAX_VALUE) == 0;
    }

    private static boolean untaken(State state, GpuId gpu) {
        return state.leases().values().stream().map(Lease::gpus).noneMatch(gpus -> gpus.contains(gpu))
                && state.severed().stream().noneMatch(left -> left.gpus().contains(gpu))
                && !state.gpus().drains().containsKey(gpu)
                && !state.gpus().quarantines().containsKey(gpu);
    }
}
