package org.gpuq.core.simulation;

import org.gpuq.core.engine.Decision;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.Surroundings;

/** What is put to the test: {@code Engine::decide}, or something that only resembles it. */
@FunctionalInterface
interface Decider {
    Decision decide(State state, Surroundings surroundings, Input input);
}
