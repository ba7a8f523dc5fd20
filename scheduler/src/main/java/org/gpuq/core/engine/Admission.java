package org.gpuq.core.engine;

import java.time.Instant;
import org.gpuq.core.engine.Decision.Answer;

/** Stops the starting of jobs while there is no room for what they would write. */
final class Admission {
    private Admission() {}

    static Answer room(Draft draft, Input.Room room) {
        Instant now = draft.surroundings().now().wall();
        if (!room.shortage().equals(draft.state().stopped())) {
            draft.add(new Event.Admission(room.shortage(), now));
        }
        return new Answer.Done();
    }
}
