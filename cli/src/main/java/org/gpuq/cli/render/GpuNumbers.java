package org.gpuq.cli.render;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.model.GpuId;

/** Gives GPUs the short numbers that people use. Immutable. */
public final class GpuNumbers {
    private final Map<GpuId, Integer> indices = new HashMap<>();

    /** Slices have numbers that make no ranges. */
    private final Map<GpuId, String> slices = new HashMap<>();

    public GpuNumbers(GpuSnapshot snapshot) {
        for (ObservedGpu gpu : snapshot.gpus()) {
            if (gpu.facts().slice().isPresent()) {
                slices.put(gpu.id(), gpu.label());
            } else {
                indices.put(gpu.id(), gpu.index());
            }
        }
    }

    /** {@code 0,2-5}; a GPU that is not there any more by the start of its UUID. */
    public String of(List<GpuId> gpus) {
        if (gpus.isEmpty()) {
            return "";
        }
        List<Integer> known = gpus.stream()
                .filter(indices::containsKey)
                .map(indices::get)
                .sorted()
                .toList();
        StringBuilder text = new StringBuilder();
        for (int from = 0; from < known.size(); ) {
            int to = from;
            while (to + 1 < known.size() && known.get(to + 1) == known.get(to) + 1) {
                to++;
            }
            add(text, known.get(from) + (to == from ? "" : (to == from + 1 ? "," : "-") + known.get(to)));
            from = to + 1;
        }
        gpus.stream()
                .filter(gpu -> !indices.containsKey(gpu))
                .forEach(gpu -> add(text, slices.getOrDefault(gpu, brief(gpu))));
        return text.toString();
    }

    private static void add(StringBuilder text, String part) {
        text.append(text.isEmpty() ? "" : ",").append(part);
    }

    private static String brief(GpuId gpu) {
        String uuid = Sanitize.text(gpu.uuid());
        return uuid.length() > 12 ? uuid.substring(0, 12) : uuid;
    }
}
