package org.gpuq.nvml.jna;

import com.sun.jna.Structure;

/** {@code nvmlPciInfo_t}, 68 bytes. */
@Structure.FieldOrder({"busIdLegacy", "domain", "bus", "device", "pciDeviceId", "pciSubSystemId", "busId"})
public final class NvmlPciInfo extends Structure {
    public byte[] busIdLegacy = new byte[16];
    public int domain;
    public int bus;
    public int device;
    public int pciDeviceId;
    public int pciSubSystemId;
    public byte[] busId = new byte[32];
}
