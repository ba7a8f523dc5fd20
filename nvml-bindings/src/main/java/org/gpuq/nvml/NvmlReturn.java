package org.gpuq.nvml;

import java.util.Map;

/**
 * What an NVML call returned. A newer driver may return codes that this version has no name for; they keep
 * their number.
 *
 * @param code the number, as in {@code nvmlReturn_t}
 */
public record NvmlReturn(int code) {
    public static final NvmlReturn SUCCESS = new NvmlReturn(0);
    public static final NvmlReturn UNINITIALIZED = new NvmlReturn(1);
    public static final NvmlReturn INVALID_ARGUMENT = new NvmlReturn(2);
    public static final NvmlReturn NOT_SUPPORTED = new NvmlReturn(3);
    public static final NvmlReturn NO_PERMISSION = new NvmlReturn(4);
    public static final NvmlReturn NOT_FOUND = new NvmlReturn(6);
    public static final NvmlReturn INSUFFICIENT_SIZE = new NvmlReturn(7);
    public static final NvmlReturn DRIVER_NOT_LOADED = new NvmlReturn(9);
    public static final NvmlReturn TIMEOUT = new NvmlReturn(10);
    public static final NvmlReturn FUNCTION_NOT_FOUND = new NvmlReturn(13);
    public static final NvmlReturn GPU_IS_LOST = new NvmlReturn(15);
    public static final NvmlReturn RESET_REQUIRED = new NvmlReturn(16);
    public static final NvmlReturn OPERATING_SYSTEM = new NvmlReturn(17);
    public static final NvmlReturn LIB_RM_VERSION_MISMATCH = new NvmlReturn(18);
    public static final NvmlReturn ARGUMENT_VERSION_MISMATCH = new NvmlReturn(25);
    public static final NvmlReturn UNKNOWN = new NvmlReturn(999);

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(0, "SUCCESS"),
            Map.entry(1, "UNINITIALIZED"),
            Map.entry(2, "INVALID_ARGUMENT"),
            Map.entry(3, "NOT_SUPPORTED"),
            Map.entry(4, "NO_PERMISSION"),
            Map.entry(6, "NOT_FOUND"),
            Map.entry(7, "INSUFFICIENT_SIZE"),
            Map.entry(9, "DRIVER_NOT_LOADED"),
            Map.entry(10, "TIMEOUT"),
            Map.entry(13, "FUNCTION_NOT_FOUND"),
            Map.entry(15, "GPU_IS_LOST"),
            Map.entry(16, "RESET_REQUIRED"),
            Map.entry(17, "OPERATING_SYSTEM"),
            Map.entry(18, "LIB_RM_VERSION_MISMATCH"),
            Map.entry(25, "ARGUMENT_VERSION_MISMATCH"),
            Map.entry(999, "UNKNOWN"));

    /** What is to be done about a code. */
    public enum Remedy {
        /** Nothing is wrong. */
        NONE,
        /** Only this one field is unknown; it is never 0. */
        FIELD_UNKNOWN,
        /** The GPU answers somebody, but not us: it cannot be scheduled. */
        GPU_UNUSABLE,
        /** Set this GPU aside, keep the others, enumerate again. */
        QUARANTINE_GPU,
        /** Drop every handle; close, open and enumerate again, with backoff. */
        REOPEN,
        /** As {@link #REOPEN}, once; when the code comes back the machine needs a reboot. */
        RELOAD_LIBRARY
    }

    /** The code's name, as in NVML without {@code NVML_ERROR_}; {@code CODE_n} when this version has none. */
    public String name() {
        return NAMES.getOrDefault(code, "CODE_" + code);
    }

    public boolean isSuccess() {
        return code == SUCCESS.code;
    }

    /** Whether the driver does not know the call, or the GPU does not have the thing asked for. */
    public boolean isUnsupported() {
        return code == NOT_SUPPORTED.code || code == FUNCTION_NOT_FOUND.code;
    }

    /** Whether an older version of the same call may succeed. */
    boolean isWorthAnOlderCall() {
        return code == FUNCTION_NOT_FOUND.code || code == ARGUMENT_VERSION_MISMATCH.code;
    }

    public Remedy remedy() {
        return switch (code) {
            case 0, 10 -> Remedy.NONE;
            case 4, 17 -> Remedy.GPU_UNUSABLE;
            case 15, 16 -> Remedy.QUARANTINE_GPU;
            case 1, 9 -> Remedy.REOPEN;
            case 18 -> Remedy.RELOAD_LIBRARY;
            default -> Remedy.FIELD_UNKNOWN;
        };
    }

    /** For people and logs: {@code GPU_IS_LOST (15)}. */
    @Override
    public String toString() {
        return name() + " (" + code + ")";
    }
}
