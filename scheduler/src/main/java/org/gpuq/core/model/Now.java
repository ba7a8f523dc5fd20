package org.gpuq.core.model;

import java.time.Instant;

/**
 * One moment on both clocks.
 *
 * @param wall for people and records; it may jump
 * @param monotonicNanos for durations: nanoseconds since boot (CLOCK_MONOTONIC), the same scale for every process
 *     until the machine reboots
 */
public record Now(Instant wall, long monotonicNanos) {}
