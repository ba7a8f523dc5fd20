package org.gpuq.core.model;

/** A GPU's (or MIG device's) UUID as NVML spells it, such as {@code GPU-8f3e…}. It survives re-ordering; an index does not. */
public record GpuId(String uuid) implements Comparable<GpuId> {
    @Override
    public int compareTo(GpuId other) {
        return uuid.compareTo(other.uuid);
    }

    @Override
    public String toString() {
        return uuid;
    }
}
