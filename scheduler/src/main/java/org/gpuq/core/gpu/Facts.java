package org.gpuq.core.gpu;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.gpuq.core.model.GpuId;

/**
 * What does not change while the driver is loaded.
 *
 * @param pci address such as {@code 00000000:17:00.0}
 * @param minor the N of {@code /dev/nvidiaN}
 * @param slice of a MIG slice, which one
 * @param distances to the other GPUs over PCIe, 0 (one board) to 50 (across NUMA nodes), as NVML counts
 * @param links NVLinks to other GPUs, directly or through a switch; only those that have any
 */
public record Facts(
        Optional<String> pci,
        OptionalInt minor,
        Optional<Slice> slice,
        Map<GpuId, Integer> distances,
        Map<GpuId, Integer> links) {
    public static final Facts NONE = new Facts(Optional.empty(), OptionalInt.empty(), Optional.empty(), Map.of());

    public Facts {
        distances = Map.copyOf(distances);
        links = Map.copyOf(links);
    }

    /** Without NVLinks. */
    public Facts(Optional<String> pci, OptionalInt minor, Optional<Slice> slice, Map<GpuId, Integer> distances) {
        this(pci, minor, slice, distances, Map.of());
    }

    /**
     * A part of a GPU that is a device of its own.
     *
     * @param parent the GPU it is of
     * @param slot its place among the parent's slices
     */
    public record Slice(GpuId parent, int slot) {}
}
