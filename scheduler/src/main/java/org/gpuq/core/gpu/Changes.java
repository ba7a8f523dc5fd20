package org.gpuq.core.gpu;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.gpuq.core.model.GpuId;

/** What happened to GPUs, of each the latest last. Immutable, and bounded: slices of a GPU come and go. */
public record Changes(Map<GpuId, List<Change>> of) {
    /** Of one GPU. */
    public static final int MOST = 20;

    private static final int MOST_GPUS = 128;

    public static final Changes NONE = new Changes(Map.of());

    public Changes {
        of = Map.copyOf(of);
    }

    public List<Change> of(GpuId gpu) {
        return of.getOrDefault(gpu, List.of());
    }

    /** The last state that was noted of it. */
    public Optional<Change> last(GpuId gpu) {
        List<Change> all = of(gpu);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    Changes with(GpuEvent event) {
        return event.maybeGpu()
                .flatMap(gpu -> Change.of(event).map(change -> with(gpu, change)))
                .orElse(this);
    }

    private Changes with(GpuId gpu, Change change) {
        Map<GpuId, List<Change>> changed = new HashMap<>(of);
        List<Change> all = new ArrayList<>(of(gpu));
        all.add(change);
        changed.put(gpu, List.copyOf(all.subList(Math.max(0, all.size() - MOST), all.size())));
        if (changed.size() > MOST_GPUS) {
            changed.keySet().stream()
                    .min(Comparator.comparing((GpuId it) ->
                            Objects.requireNonNull(changed.get(it)).getLast().at()))
                    .ifPresent(changed::remove);
        }
        return new Changes(changed);
    }
}
