package org.gpuq.daemon.port;

import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.GpuWish;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.View;

/** Is told what has become durable and what a poll saw, on the loop's thread: must be quick and must not do IO. */
public interface Observer {
    /**
     * @param before the view before the event's batch
     * @param after the view after it
     */
    void happened(Event event, View before, View after);

    /**
     * What somebody wished for is done and durable.
     *
     * @param before the state that it changed
     * @param after what it became by this wish alone
     */
    default void granted(Input.Wish wish, State before, State after) {}

    /** The same of a wish about GPUs. */
    default void granted(GpuWish wish) {}

    /**
     * A poll of the GPUs has come back, whatever it brought.
     *
     * @param view with its snapshot
     */
    default void polled(View view) {}
}
