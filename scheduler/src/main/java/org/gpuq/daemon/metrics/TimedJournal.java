package org.gpuq.daemon.metrics;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.State;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.Journal;

/**
 * Times the appends of another journal.
 *
 * @param took told how long each successful append was
 * @param failed told of each that was not
 */
record TimedJournal(Journal journal, Consumer<Duration> took, Runnable failed) implements Journal {
    @Override
    public State restore() throws IOException {
        return journal.restore();
    }

    @Override
    public void append(List<Event> events, State after) throws IOException {
        long begun = System.nanoTime();
        try {
            journal.append(events, after);
        } catch (IOException e) {
            failed.run();
            throw e;
        }
        took.accept(Duration.ofNanos(System.nanoTime() - begun));
    }

    @Override
    public EnvironmentId keep(List<RawBytes> environment) throws IOException {
        return journal.keep(environment);
    }

    @Override
    public List<RawBytes> environment(EnvironmentId id) throws IOException {
        return journal.environment(id);
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
