package org.gpuq.core.engine;

import java.util.List;
import org.gpuq.core.model.JobId;

/**
 * What an input leads to.
 *
 * @param events in order; none are written when the answer is a refusal
 */
public record Decision(List<Event> events, Answer answer) {
    public Decision {
        events = List.copyOf(events);
    }

    /** What the asker is told once the events are durable. */
    public sealed interface Answer {
        /** Nobody asked, or there is nothing to say. */
        record Done() implements Answer {}

        record Accepted(JobId job) implements Answer {}

        /** Nothing was changed. */
        record Refused(Refusal refusal) implements Answer {}
    }
}
