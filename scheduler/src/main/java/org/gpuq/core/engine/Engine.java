package org.gpuq.core.engine;

/** Turns an input into events, and decides after each what starts. Pure. */
public final class Engine {
    private Engine() {}

    public static Decision decide(State state, Surroundings surroundings, Input input) {
        return new Decision(java.util.List.of(), new Decision.Answer.Done());
    }
}
