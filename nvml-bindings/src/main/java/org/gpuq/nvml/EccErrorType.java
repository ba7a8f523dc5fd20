package org.gpuq.nvml;

/** Whether the memory's error correction could repair it. */
public enum EccErrorType {
    CORRECTED(0),
    UNCORRECTED(1);

    private final int code;

    EccErrorType(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
