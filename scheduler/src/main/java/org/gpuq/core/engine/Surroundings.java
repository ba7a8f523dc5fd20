package org.gpuq.core.engine;

import java.util.function.Supplier;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.model.Now;
import org.gpuq.core.model.Token;

/**
 * What a decision needs besides the state: the core has neither clock nor dice nor eyes.
 *
 * @param gpus the latest poll
 * @param tokens a fresh token at each call
 */
public record Surroundings(Now now, GpuSnapshot gpus, Settings settings, Supplier<Token> tokens) {}
