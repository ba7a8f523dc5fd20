package org.gpuq.nvml.jna;

import com.sun.jna.Structure;

/** {@code nvmlTemperature_v1_t}, 12 bytes; the version is its size and number. */
@Structure.FieldOrder({"version", "sensor", "celsius"})
public final class NvmlTemperature extends Structure {
    public int version = 0x0100000c;
    public int sensor;
    public int celsius;
}
