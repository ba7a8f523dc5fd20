package org.gpuq.daemon.loop;

import org.gpuq.core.engine.Decision;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.Surroundings;

/** {@link org.gpuq.core.engine.Engine#decide}; tests put something in its way. */
@FunctionalInterface
interface Decider {
    Decision decide(State state, Surroundings surroundings, Input input);
}
