package org.gpuq.daemon.poll;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.gpuq.core.gpu.Facts;
import org.gpuq.core.model.GpuId;
import org.gpuq.nvml.NvmlDevice;
import org.gpuq.nvml.PciInfo;
import org.gpuq.nvml.TopologyLevel;

/** What does not change while the driver is loaded, asked once. For one thread. */
final class FactsReader {
    private static final Map<TopologyLevel, Integer> DISTANCES = Map.of(
            TopologyLevel.INTERNAL, 0,
            TopologyLevel.SINGLE, 10,
            TopologyLevel.MULTIPLE, 20,
            TopologyLevel.HOST_BRIDGE, 30,
            TopologyLevel.NODE, 40,
            TopologyLevel.SYSTEM, 50);

    private final Map<GpuId, String> names = new HashMap<>();
    private final Map<GpuId, Own> own = new HashMap<>();
    private final Map<GpuId, Map<GpuId, Integer>> distances = new HashMap<>();
    private final Map<GpuId, Facts> facts = new HashMap<>();
    private final Map<GpuId, NvmlDevice> devices = new LinkedHashMap<>();

    /**
     * What a GPU says of itself alone.
     *
     * @param links what its NVLinks lead to, bus ids, as many times as links do
     */
    private record Own(Optional<String> pci, OptionalInt minor, List<String> links) {}

    void clear() {
        names.clear();
        own.clear();
        distances.clear();
        facts.clear();
        devices.clear();
    }

    Set<GpuId> known() {
        return Set.copyOf(devices.keySet());
    }

    String name(GpuId id, NvmlDevice device) {
        return names.computeIfAbsent(id, gpu -> device.name().toOptional().orElse("GPU"));
    }

    Facts of(GpuId id, NvmlDevice device) {
        if (!devices.containsKey(id)) {
            add(id, device);
            facts.clear(); // what is already known of the others is put together anew
        }
        return facts.computeIfAbsent(id, this::together);
    }

    private void add(GpuId id, NvmlDevice device) {
        own.put(id, own(device));
        distances.put(id, new HashMap<>());
        devices.forEach((other, its) -> device.topologyCommonAncestor(its)
                .toOptional()
                .map(DISTANCES::get)
                .ifPresent(distance -> {
                    of(id).put(other, distance);
                    of(other).put(id, distance);
                }));
        devices.put(id, device);
    }

    private Map<GpuId, Integer> of(GpuId id) {
        return distances.computeIfAbsent(id, any -> new HashMap<>());
    }

    private static Own own(NvmlDevice device) {
        List<String> links = device.nvLinks().toOptional().orElse(List.of()).stream()
                .flatMap(link -> link.remote().toOptional().stream())
                .map(remote -> remote.busId().toUpperCase(Locale.ROOT))
                .toList();
        return new Own(
                device.pci().toOptional().map(PciInfo::busId),
                device.minorNumber().toOptional().map(OptionalInt::of).orElse(OptionalInt.empty()),
                links);
    }

    private Facts together(GpuId id) {
        Own mine = Objects.requireNonNull(own.get(id));
        Map<GpuId, Integer> links = new HashMap<>();
        Set<String> gpus = own.values().stream().map(FactsReader::place).collect(Collectors.toSet());
        own.forEach((other, its) -> {
            int count = other.equals(id) ? 0 : links(mine, its, gpus);
            if (count > 0) {
                links.put(other, count);
            }
        });
        return new Facts(mine.pci(), mine.minor(), Optional.empty(), of(id), links);
    }

    private static String place(Own gpu) {
        return gpu.pci().map(pci -> pci.toUpperCase(Locale.ROOT)).orElse("");
    }

    /** Direct ones, or those that both have to the same switches: each of these carries traffic to all that hang on it. */
    private static int links(Own one, Own other, Set<String> gpus) {
        int direct = Collections.frequency(one.links(), place(other));
        return direct > 0
                ? direct
                : one.links().stream()
                        .distinct()
                        .filter(to -> !gpus.contains(to))
                        .mapToInt(to -> Math.min(
                                Collections.frequency(one.links(), to), Collections.frequency(other.links(), to)))
                        .sum();
    }
}
