package org.gpuq.nvml;

/** Clocks of a GPU. */
public enum ClockDomain {
    GRAPHICS(0),
    SM(1),
    MEMORY(2);

    private final int code;

    ClockDomain(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
