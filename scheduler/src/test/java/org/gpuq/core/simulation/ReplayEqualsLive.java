package org.gpuq.core.simulation;

import java.util.Optional;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.Transitions;

/** The journal from its first event leads to the state there is. */
final class ReplayEqualsLive implements Invariant {
    /** From scratch after every decision would make a history's cost square. */
    private static final int EVERY = 16;

    private int decisions;

    @Override
    public Optional<String> violation(Rest rest) {
        if (++decisions % EVERY != 0) {
            return Optional.empty();
        }
        State replayed = State.EMPTY;
        for (Event event : rest.journal()) {
            replayed = Transitions.apply(replayed, event);
        }
        return replayed.equals(rest.state())
                ? Optional.empty()
                : Optional.of("replayed " + replayed + "\n  live " + rest.state());
    }
}
