package org.gpuq.core.gpu;

/**
 * Names a process for good while the machine is up: a pid alone is used again.
 *
 * @param startTicks clock ticks after boot at which it started
 */
public record ProcessKey(int pid, long startTicks) {}
