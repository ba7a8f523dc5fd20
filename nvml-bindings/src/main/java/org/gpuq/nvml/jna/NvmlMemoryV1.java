package org.gpuq.nvml.jna;

import com.sun.jna.Structure;

/** {@code nvmlMemory_t}, 24 bytes; {@code used} includes what the driver reserves. */
@Structure.FieldOrder({"total", "free", "used"})
public final class NvmlMemoryV1 extends Structure {
    public long total;
    public long free;
    public long used;
}
