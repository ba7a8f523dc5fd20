package org.gpuq.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.State;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.Journal;
import org.junit.jupiter.api.Test;

class TimedJournalTest {
    private final List<Duration> took = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();

    @Test
    void an_append_is_timed() throws IOException {
        new TimedJournal(new FakeJournal(false), took::add, () -> failed.add("")).append(List.of(), State.EMPTY);

        assertThat(took).hasSize(1);
        assertThat(failed).isEmpty();
    }

    @Test
    void an_append_that_fails_is_counted_and_fails_as_it_did() {
        Journal journal = new TimedJournal(new FakeJournal(true), took::add, () -> failed.add(""));

        assertThatThrownBy(() -> journal.append(List.of(), State.EMPTY))
                .isInstanceOf(IOException.class)
                .hasMessage("disk full");
        assertThat(took).isEmpty();
        assertThat(failed).hasSize(1);
    }

    private record FakeJournal(boolean full) implements Journal {
        @Override
        public State restore() {
            return State.EMPTY;
        }

        @Override
        public void append(List<Event> events, State after) throws IOException {
            if (full) {
                throw new IOException("disk full");
            }
        }

        @Override
        public EnvironmentId keep(List<RawBytes> environment) {
            return new EnvironmentId("");
        }

        @Override
        public List<RawBytes> environment(EnvironmentId id) {
            return List.of();
        }

        @Override
        public void close() {}
    }
}
