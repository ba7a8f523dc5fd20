package org.gpuq.nvml.jna;

import com.sun.jna.Structure;

/** {@code nvmlUtilization_t}, 8 bytes, in percent. */
@Structure.FieldOrder({"gpu", "memory"})
public final class NvmlUtilization extends Structure {
    public int gpu;
    public int memory;
}
