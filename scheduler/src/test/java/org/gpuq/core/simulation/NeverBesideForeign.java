package org.gpuq.core.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.Surroundings;
import org.gpuq.core.gpu.GpuLedger;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.model.GpuId;

/**
 * A job starts only on GPUs that the latest look, a fresh one, shows healthy and without anybody's processes, but for such
 * as an administrator has told not to count, and that nobody has drained.
 */
final class NeverBesideForeign implements Invariant {
    @Override
    public Optional<String> violation(Change change) {
        if (!(change.event() instanceof Event.Starting start)
                || start.gpus().isEmpty()
                || AdoptedAsSeen.adoption(change, start)) {
            return Optional.empty();
        }
        Surroundings around = change.surroundings();
        Duration age =
                Duration.ofNanos(around.now().monotonicNanos() - around.gpus().begunNanos());
        if (!(around.gpus().driver() instanceof Driver.Ready)
                || age.compareTo(around.settings().snapshotMaxAge()) > 0) {
            return Optional.of("job " + start.job() + " starts on what " + around.gpus() + " saw " + age + " ago");
        }
        return start.gpus().stream()
                .flatMap(gpu -> objection(around, gpu, change.before().gpus()).stream())
                .findFirst()
                .map(why -> "job " + start.job() + " starts on " + why);
    }

    private static Optional<String> objection(Surroundings around, GpuId id, GpuLedger ledger) {
        Optional<ObservedGpu> seen = around.gpus().gpu(id);
        if (seen.isEmpty()) {
            return Optional.of(id + ", which is not there");
        }
        ObservedGpu gpu = seen.get();
        List<GpuProcess> processes = gpu.processes().orElse(List.of());
        boolean fit = gpu.fault().isEmpty()
                && gpu.processes().isPresent()
                && processes.stream().noneMatch(process -> process.blocks() && !pardoned(process, ledger, around))
                && gpu.health().troubles().stream().allMatch(trouble -> ledger.accepts(id, trouble))
                && !ledger.drains().containsKey(id)
                && !ledger.quarantines().containsKey(id)
                && gpu.memoryUsedBytes().isPresent()
                && gpu.memoryUsedBytes().getAsLong() <= around.settings().baselineBytes() * 2;
        return fit ? Optional.empty() : Optional.of(gpu.toString());
    }

    private static boolean pardoned(GpuProcess process, GpuLedger ledger, Surroundings around) {
        return process.key()
                .map(ledger.pardons()::get)
                .filter(pardon -> around.now().monotonicNanos() < pardon.untilMonotonicNanos())
                .isPresent();
    }
}
