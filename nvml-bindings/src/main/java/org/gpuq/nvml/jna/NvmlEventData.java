package org.gpuq.nvml.jna;

import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import org.jspecify.annotations.Nullable;

/** {@code nvmlEventData_t}, 32 bytes; {@code data} is the XID of an XID event. */
@Structure.FieldOrder({"device", "type", "data", "gpuInstanceId", "computeInstanceId"})
public final class NvmlEventData extends Structure {
    public @Nullable Pointer device;
    public long type;
    public long data;
    public int gpuInstanceId;
    public int computeInstanceId;
}
