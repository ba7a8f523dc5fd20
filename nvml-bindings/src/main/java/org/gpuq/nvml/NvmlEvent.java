package org.gpuq.nvml;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Something that happened to a GPU.
 *
 * @param device where; a handle like any other
 * @param type one of NVML's event bits
 * @param data by type; the XID of an XID event
 */
public record NvmlEvent(
        Optional<NvmlDevice> device, long type, long data, OptionalInt gpuInstanceId, OptionalInt computeInstanceId) {
    /** A critical error, an XID. */
    public static final long XID = 0x8;

    /** The XID of an XID event; 999 is the driver's "unknown". */
    public OptionalLong xid() {
        return type == XID ? OptionalLong.of(data) : OptionalLong.empty();
    }
}
