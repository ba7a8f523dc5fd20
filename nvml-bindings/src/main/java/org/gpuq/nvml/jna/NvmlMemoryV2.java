package org.gpuq.nvml.jna;

import com.sun.jna.Structure;

/** {@code nvmlMemory_v2_t}, 40 bytes; the version is its size and number. */
@Structure.FieldOrder({"version", "total", "reserved", "free", "used"})
public final class NvmlMemoryV2 extends Structure {
    public int version = 0x02000028;
    public long total;
    public long reserved;
    public long free;
    public long used;
}
