package org.gpuq.nvml;

/** Since when errors are counted. */
public enum EccCounter {
    /** Since the driver was loaded. */
    VOLATILE(0),
    /** Since the GPU was made. */
    AGGREGATE(1);

    private final int code;

    EccCounter(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
