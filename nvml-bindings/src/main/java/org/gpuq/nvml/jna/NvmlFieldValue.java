package org.gpuq.nvml.jna;

import com.sun.jna.Structure;

/** {@code nvmlFieldValue_t}, 40 bytes; {@code value} is a union, read by {@code valueType}. */
@Structure.FieldOrder({"fieldId", "scopeId", "timestamp", "latencyUsec", "valueType", "nvmlReturn", "value"})
public final class NvmlFieldValue extends Structure {
    public int fieldId;
    public int scopeId;
    public long timestamp;
    public long latencyUsec;
    public int valueType;
    public int nvmlReturn;
    public long value;
}
