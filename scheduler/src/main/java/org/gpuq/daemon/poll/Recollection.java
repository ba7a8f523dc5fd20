package org.gpuq.daemon.poll;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.Observation;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.gpu.Past;
import org.gpuq.core.gpu.Thresholds;
import org.gpuq.core.model.GpuId;

/** Adds to each look what the looks before it saw. For one thread. */
public final class Recollection implements Supplier<GpuSnapshot> {
    private final Supplier<GpuSnapshot> looks;
    private final ToLongFunction<ObservedGpu> baseline;
    private final Thresholds thresholds;
    private final Map<GpuId, Past> pasts = new HashMap<>();
    private volatile boolean settling;

    /** @param baseline memory in use, bytes, up to which a GPU counts as empty */
    public Recollection(Supplier<GpuSnapshot> looks, ToLongFunction<ObservedGpu> baseline, Thresholds thresholds) {
        this.looks = looks;
        this.baseline = baseline;
        this.thresholds = thresholds;
    }

    @Override
    public GpuSnapshot get() {
        GpuSnapshot look = looks.get();
        boolean good = look.driver() instanceof Driver.Ready;
        List<ObservedGpu> gpus = look.gpus().stream()
                .map(gpu -> good ? after(gpu, look.begunNanos()) : remembered(gpu))
                .toList();
        settling = good && gpus.stream().anyMatch(this::calmingDown);
        return new GpuSnapshot(look.driver(), gpus, look.begunNanos());
    }

    private ObservedGpu after(ObservedGpu gpu, long nanos) {
        Past past = Past.after(
                Optional.ofNullable(pasts.get(gpu.id())),
                Observation.sight(gpu, baseline.applyAsLong(gpu), thresholds),
                nanos);
        pasts.put(gpu.id(), past);
        return gpu.with(past);
    }

    private ObservedGpu remembered(ObservedGpu gpu) {
        return gpu.with(pasts.getOrDefault(gpu.id(), gpu.past()));
    }

    private boolean calmingDown(ObservedGpu gpu) {
        int calm = gpu.past().calmLooks();
        return calm > 0 && calm < thresholds.calmLooks();
    }

    /** Whether a GPU only needs to be seen clean a few times more, so that looking soon is worth it. Thread-safe. */
    public boolean settling() {
        return settling;
    }
}
