package org.gpuq.daemon.poll;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
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
    private final Map<GpuId, Facts> facts = new HashMap<>();
    private final Map<GpuId, NvmlDevice> devices = new LinkedHashMap<>();

    void clear() {
        names.clear();
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
            devices.put(id, device);
            facts.clear(); // a new one has distances to all the others
        }
        return facts.computeIfAbsent(id, gpu -> read(gpu, device));
    }

    private Facts read(GpuId id, NvmlDevice device) {
        Map<GpuId, Integer> distances = new HashMap<>();
        devices.forEach((other, its) -> {
            if (!other.equals(id)) {
                device.topologyCommonAncestor(its)
                        .toOptional()
                        .map(DISTANCES::get)
                        .ifPresent(distance -> distances.put(other, distance));
            }
        });
        return new Facts(
                device.pci().toOptional().map(PciInfo::busId),
                device.minorNumber().toOptional().map(OptionalInt::of).orElse(OptionalInt.empty()),
                java.util.Optional.empty(),
                distances);
    }
}
