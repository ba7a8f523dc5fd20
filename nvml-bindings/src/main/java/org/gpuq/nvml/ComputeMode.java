package org.gpuq.nvml;

import java.util.Arrays;
import java.util.Optional;

/** Who may use a GPU for compute. */
public enum ComputeMode {
    DEFAULT(0),
    /** Gone since CUDA 8, still a number. */
    EXCLUSIVE_THREAD(1),
    PROHIBITED(2),
    EXCLUSIVE_PROCESS(3);

    private final int code;

    ComputeMode(int code) {
        this.code = code;
    }

    static Optional<ComputeMode> of(int code) {
        return Arrays.stream(values()).filter(mode -> mode.code == code).findFirst();
    }
}
