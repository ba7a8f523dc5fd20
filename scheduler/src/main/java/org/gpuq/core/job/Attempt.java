package org.gpuq.core.job;

import java.time.Instant;

/**
 * A run that did not end the job, since it was queued again.
 *
 * @param at when it ended, by the wall clock
 */
public record Attempt(Run run, End end, Instant at) {}
