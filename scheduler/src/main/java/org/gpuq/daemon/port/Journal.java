package org.gpuq.daemon.port;

import java.io.IOException;
import java.util.List;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.State;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.RawBytes;

/** Where events are kept. Used by the loop's thread, but for {@link #keep} and {@link #environment}. */
public interface Journal extends AutoCloseable {
    /** The state that the journal leads to. Called once, before anything is appended. */
    State restore() throws IOException;

    /**
     * Appends events as one transaction; durable when it returns.
     *
     * @param after the state with these events applied, for a snapshot when one is due
     * @throws IOException when nothing of it was written; the journal stays usable and may be tried again
     */
    void append(List<Event> events, State after) throws IOException;

    /** Holds an environment to be written with the next append that needs it; thread-safe. */
    EnvironmentId keep(List<RawBytes> environment) throws IOException;

    /**
     * Thread-safe.
     *
     * @throws IOException when it is not there or cannot be read
     */
    List<RawBytes> environment(EnvironmentId id) throws IOException;

    @Override
    void close() throws IOException;
}
