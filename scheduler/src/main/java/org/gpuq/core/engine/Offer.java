package org.gpuq.core.engine;

import org.gpuq.core.gpu.Judgement;

/**
 * What one GPU is to one job.
 *
 * @param objection why the job cannot have it now, a phrase; empty when it could
 */
public record Offer(Judgement judgement, String objection) {}
