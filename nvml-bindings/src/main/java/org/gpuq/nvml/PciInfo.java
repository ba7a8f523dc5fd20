package org.gpuq.nvml;

import org.gpuq.nvml.jna.NvmlPciInfo;

/**
 * Where a GPU sits.
 *
 * @param busId {@code 00000000:17:00.0}, hexadecimal
 * @param deviceId device in the upper, vendor in the lower 16 bits
 * @param subsystemId subsystem device in the upper, vendor in the lower 16 bits
 */
public record PciInfo(String busId, int domain, int bus, int device, int deviceId, int subsystemId) {
    static PciInfo of(NvmlPciInfo info) {
        return new PciInfo(
                CStrings.decode(info.busId), info.domain, info.bus, info.device, info.pciDeviceId, info.pciSubSystemId);
    }
}
