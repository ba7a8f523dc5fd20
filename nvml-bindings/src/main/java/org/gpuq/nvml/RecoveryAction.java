package org.gpuq.nvml;

import java.util.Arrays;
import java.util.Optional;

/** What a GPU needs before it works again (driver 570 and newer). */
public enum RecoveryAction {
    NONE(0),
    GPU_RESET(1),
    NODE_REBOOT(2),
    DRAIN_P2P(3),
    DRAIN_AND_RESET(4);

    private final int code;

    RecoveryAction(int code) {
        this.code = code;
    }

    static Optional<RecoveryAction> of(int code) {
        return Arrays.stream(values()).filter(action -> action.code == code).findFirst();
    }
}
