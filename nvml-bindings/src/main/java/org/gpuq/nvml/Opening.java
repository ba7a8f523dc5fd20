package org.gpuq.nvml;

/** What came of opening NVML. A machine without a driver is a normal machine, so this is a value. */
public sealed interface Opening {
    /**
     * NVML works.
     *
     * @param nvml initialised, and the caller's to close
     */
    record Opened(Nvml nvml) implements Opening {}

    /** NVML cannot be used now; it may be later. */
    sealed interface Unavailable extends Opening {
        /** One sentence for people: what, why, and what to do. */
        String reason();
    }

    /**
     * The library could not be loaded: no NVIDIA driver is installed, or the path is wrong.
     *
     * @param library the name or path that was tried
     * @param detail what the loader said
     */
    record LibraryMissing(String library, String detail) implements Unavailable {
        @Override
        public String reason() {
            return "NVML cannot be loaded (" + detail
                    + "); install the NVIDIA driver, or name the library in GPUQ_NVML";
        }
    }

    /**
     * It loaded, but lacks a function that every NVML since 2011 has.
     *
     * @param library the name or path that was tried
     * @param symbol the function that it lacks
     */
    record NotNvml(String library, String symbol) implements Unavailable {
        @Override
        public String reason() {
            return library + " is not NVML: it has no " + symbol + "; name the right library in GPUQ_NVML";
        }
    }

    /**
     * The library is there, the driver is not, or refuses.
     *
     * @param library the name or path that was opened
     * @param code what initialising returned
     * @param detail NVML's own words for it
     */
    record InitFailed(String library, NvmlReturn code, String detail) implements Unavailable {
        @Override
        public String reason() {
            return "NVML (" + library + ") cannot start: " + detail + ", " + code + "; "
                    + switch (code.remedy()) {
                        case RELOAD_LIBRARY -> "the driver was upgraded under a running kernel module, reboot";
                        case GPU_UNUSABLE -> "check the permissions of /dev/nvidia*";
                        case REOPEN, QUARANTINE_GPU, FIELD_UNKNOWN, NONE ->
                            "check that nvidia-smi works on this machine";
                    };
        }
    }
}
