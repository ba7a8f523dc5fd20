package org.gpuq.nvml;

/** The driver keeps three lists of processes; one process can be on several. */
public enum ProcessKind {
    COMPUTE,
    GRAPHICS,
    /** Clients of an MPS server. */
    MPS
}
