package org.gpuq.daemon.loop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.Transitions;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.Journal;

/** Keeps everything in memory, and fails when told to. */
final class FakeJournal implements Journal {
    final List<List<Event>> appends = new ArrayList<>();
    boolean full;
    boolean environmentsLost;
    private final Map<EnvironmentId, List<RawBytes>> environments = new HashMap<>();

    @Override
    public State restore() {
        State state = State.EMPTY;
        for (List<Event> batch : appends) {
            for (Event event : batch) {
                state = Transitions.apply(state, event);
            }
        }
        return state;
    }

    @Override
    public void append(List<Event> events, State after) throws IOException {
        if (full) {
            throw new IOException("the disk is full");
        }
        appends.add(List.copyOf(events));
    }

    @Override
    public EnvironmentId keep(List<RawBytes> environment) {
        EnvironmentId id = new EnvironmentId(environment.toString());
        environments.put(id, environment);
        return id;
    }

    @Override
    public List<RawBytes> environment(EnvironmentId id) throws IOException {
        return Optional.ofNullable(environments.get(id))
                .filter(found -> !environmentsLost)
                .orElseThrow(() -> new IOException("no such environment"));
    }

    @Override
    public void close() {}
}
