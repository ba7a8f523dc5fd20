package org.gpuq.core.policy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gpuq.core.job.GpuWant;
import org.gpuq.core.job.Resources;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.policy.Placement.Choice;
import org.gpuq.core.policy.Situation.Gpu;
import org.gpuq.core.policy.Situation.Room;

/** The GPUs that can still be dealt out in one decision. For one thread. */
final class Hand {
    private final List<Gpu> all;
    private final Map<GpuId, Gpu> free = new LinkedHashMap<>();
    private final Map<GpuId, Gpu> shared = new LinkedHashMap<>();

    Hand(List<Gpu> all) {
        this.all = all;
        for (Gpu gpu : all) {
            if (gpu.free()) {
                free.put(gpu.id(), gpu);
            } else if (gpu.room().isPresent()) {
                shared.put(gpu.id(), gpu);
            }
        }
    }

    /** How many could do if nobody held one. */
    int fit(GpuWant want) {
        return (int) all.stream()
                .filter(gpu -> gpu.state().fit() && Placement.suits(gpu, want))
                .count();
    }

    /** How many would do right now. */
    int usable(GpuWant want) {
        long whole = free.values().stream()
                .filter(gpu -> Placement.suits(gpu, want) && Placement.fits(gpu, want))
                .count();
        long parts = want.share().isEmpty()
                ? 0
                : shared.values().stream()
                        .filter(gpu -> Placement.suits(gpu, want) && Placement.roomFor(gpu, want))
                        .count();
        return (int) (whole + parts);
    }

    /** What a job gets; it is not there for the next one. */
    Optional<Choice> deal(Resources resources) {
        Optional<Choice> choice = Placement.choose(resources, free.values(), shared.values());
        choice.ifPresent(given -> given.gpus().forEach(gpu -> take(gpu, resources.want())));
        return choice;
    }

    private void take(GpuId id, GpuWant want) {
        Gpu whole = free.remove(id);
        if (want.share().isEmpty()) {
            return;
        }
        Gpu gpu = whole == null ? shared.get(id) : whole;
        if (gpu == null) {
            return;
        }
        Optional<Room> room = gpu.room()
                .or(() -> whole == null
                                || gpu.totalBytes().isEmpty()
                                || gpu.freeBytes().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Room(
                                gpu.freeBytes().getAsLong(), gpu.totalBytes().getAsLong())));
        room.ifPresent(left -> shared.put(id, gpu.with(Optional.of(left.less(want.shareBytes(left.totalBytes()))))));
    }
}
