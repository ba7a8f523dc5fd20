package org.gpuq.daemon.loop;

import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.View;
import org.gpuq.core.model.JobId;
import org.gpuq.daemon.port.Observer;
import org.gpuq.daemon.port.PollPace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets everybody know what has become durable. Whoever fails at hearing it harms nobody else. Loop's thread only. */
final class Aftermath {
    private static final Logger LOG = LoggerFactory.getLogger(Aftermath.class);

    private final Parts parts;
    private final Effects effects;
    private final Watchers watchers;
    private PollPace lastPace = PollPace.RELAXED;

    Aftermath(Parts parts, Effects effects, Watchers watchers) {
        this.parts = parts;
        this.effects = effects;
        this.watchers = watchers;
    }

    void of(Turn turn, View before, View after) {
        guarded("starting and signalling jobs", () -> effects.of(turn));
        if (turn.events().stream().anyMatch(Event.Cleared.class::isInstance)) {
            watchers.cleared();
        }
        for (JobId id : turn.jobs()) {
            watchers.changed(id, turn.after());
        }
        PollPace pace = PollPace.of(turn.after());
        if (pace != lastPace) {
            lastPace = pace;
            guarded("changing the pace", () -> parts.pace().accept(pace));
        }
        for (Observer observer : parts.observers()) {
            guarded("an observer", () -> turn.granted().forEach(wish -> tell(observer, wish)));
        }
        for (Event event : turn.events()) {
            for (Observer observer : parts.observers()) {
                guarded("an observer", () -> observer.happened(event, before, after));
            }
        }
    }

    private static void tell(Observer observer, Turn.Granted granted) {
        if (granted.input() instanceof Input.Wish wish) {
            observer.granted(wish, granted.before(), granted.after());
        } else if (granted.input() instanceof Input.OnGpu onGpu) {
            observer.granted(onGpu.wish());
        }
    }

    private static void guarded(String what, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("{} failed", what, e);
        }
    }
}
