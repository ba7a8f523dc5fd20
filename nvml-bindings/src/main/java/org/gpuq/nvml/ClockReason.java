package org.gpuq.nvml;

import java.util.EnumSet;
import java.util.Set;

/** Why a GPU does not run at its highest clocks. */
public enum ClockReason {
    GPU_IDLE(0x1),
    APPLICATIONS_CLOCKS_SETTING(0x2),
    SW_POWER_CAP(0x4),
    HW_SLOWDOWN(0x8),
    SYNC_BOOST(0x10),
    SW_THERMAL_SLOWDOWN(0x20),
    HW_THERMAL_SLOWDOWN(0x40),
    HW_POWER_BRAKE_SLOWDOWN(0x80),
    DISPLAY_CLOCK_SETTING(0x100);

    private final long bit;

    ClockReason(long bit) {
        this.bit = bit;
    }

    /** Bits that a newer driver may set are left out. */
    static Set<ClockReason> of(long mask) {
        Set<ClockReason> reasons = EnumSet.noneOf(ClockReason.class);
        for (ClockReason reason : values()) {
            if ((mask & reason.bit) != 0) {
                reasons.add(reason);
            }
        }
        return Set.copyOf(reasons);
    }
}
