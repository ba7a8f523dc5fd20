package org.gpuq.core.simulation;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.Surroundings;

/** Something that holds in every history. One instance sees one history; its class' simple name is its own. */
interface Invariant {
    /**
     * One event.
     *
     * @param before the state in which it was decided
     * @param after the state it leads to
     * @param world what is so in truth, whatever the daemon has seen
     */
    record Change(State before, Event event, State after, Surroundings surroundings, World world) {}

    /**
     * A decision is taken and its events are applied.
     *
     * @param journal every event so far
     */
    record Rest(State state, Surroundings surroundings, List<Event> journal) {}

    /** What is wrong with an event, if anything. */
    default Optional<String> violation(Change change) {
        return Optional.empty();
    }

    /** What is wrong once a decision is taken, if anything. */
    default Optional<String> violation(Rest rest) {
        return Optional.empty();
    }

    static Optional<String> when(boolean wrong, Supplier<String> what) {
        return wrong ? Optional.of(what.get()) : Optional.empty();
    }
}
