package org.gpuq.core.engine;

import java.util.ArrayList;
import java.util.List;

/** A decision in the making: each event counts at once for what is decided next. Used by one thread. */
final class Draft {
    private final List<Event> events = new ArrayList<>();
    private final Surroundings surroundings;
    private State state;

    Draft(State state, Surroundings surroundings) {
        this.state = state;
        this.surroundings = surroundings;
    }

    State state() {
        return state;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    void add(Event event) {
        state = Transitions.apply(state, event);
        events.add(event);
    }

    List<Event> events() {
        return events;
    }
}
