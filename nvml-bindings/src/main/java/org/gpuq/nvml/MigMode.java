package org.gpuq.nvml;

/**
 * Whether a GPU is cut into slices.
 *
 * @param enabled now
 * @param enabledAfterReset as asked for, in force from the next reset on
 */
public record MigMode(boolean enabled, boolean enabledAfterReset) {}
