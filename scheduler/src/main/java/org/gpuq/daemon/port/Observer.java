package org.gpuq.daemon.port;

import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.View;

/** Is told what has become durable and what a poll saw, on the loop's thread: must be quick and must not do IO. */
public interface Observer {
    /**
     * @param before the view before the event's batch
     * @param after the view after it
     */
    void happened(Event event, View before, View after);

    /**
     * A poll of the GPUs has come back, whatever it brought.
     *
     * @param view with its snapshot
     */
    default void polled(View view) {}
}
