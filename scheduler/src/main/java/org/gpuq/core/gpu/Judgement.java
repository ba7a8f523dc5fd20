package org.gpuq.core.gpu;

import java.time.Instant;

/**
 * What the rules say of a GPU.
 *
 * @param since since when it is so, by the wall clock, as far back as it was seen
 * @param end what would end this state, a phrase
 */
public record Judgement(GpuState state, Instant since, String end) {}
