package org.gpuq.architecture.planted.nvml;

/** What only the poller may see. */
public record Library() {}
