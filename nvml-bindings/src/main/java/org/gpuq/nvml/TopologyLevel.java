package org.gpuq.nvml;

import java.util.Arrays;
import java.util.Optional;

/** How far apart two GPUs are: what their traffic has in common. */
public enum TopologyLevel {
    /** On one board. */
    INTERNAL(0),
    /** One PCIe switch. */
    SINGLE(10),
    /** Several PCIe switches, no host bridge. */
    MULTIPLE(20),
    HOST_BRIDGE(30),
    /** One NUMA node. */
    NODE(40),
    /** Across NUMA nodes. */
    SYSTEM(50);

    private final int code;

    TopologyLevel(int code) {
        this.code = code;
    }

    static Optional<TopologyLevel> of(int code) {
        return Arrays.stream(values()).filter(level -> level.code == code).findFirst();
    }
}
