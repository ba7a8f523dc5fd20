package org.gpuq.daemon.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.Transitions;
import org.gpuq.core.job.Delivery;
import org.gpuq.core.job.End;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteJournalTest {
    private static final List<RawBytes> ENVIRONMENT =
            List.of(RawBytes.utf8("PATH=/bin"), new RawBytes("X=\u00ff\u0001\n"), RawBytes.utf8("EMPTY="));

    @TempDir
    private Path directory;

    private Path file = Path.of("");
    private SqliteJournal journal = unopened();
    private State state = State.EMPTY;

    @SuppressWarnings("NullAway") // set before each test
    private static SqliteJournal unopened() {
        return null;
    }

    @BeforeEach
    void open() throws IOException {
        file = directory.resolve("a").resolve("journal.db");
        Files.createDirectories(file.getParent());
        reopen();
    }

    @AfterEach
    void close() throws IOException {
        journal.close();
    }

    private void reopen() throws IOException {
        journal = SqliteJournal.open(file);
        state = journal.restore();
    }

    /** Opens what a kill at this moment would leave on the disk. */
    private void kill() throws IOException {
        Path next = Files.createTempDirectory(directory, "killed").resolve("journal.db");
        for (String suffix : List.of("", "-wal")) {
            Path from = file.resolveSibling(file.getFileName() + suffix);
            if (Files.exists(from)) {
                Files.copy(from, next.resolveSibling(next.getFileName() + suffix));
            }
        }
        journal.close();
        file = next;
        reopen();
    }

    private void append(Event... events) throws IOException {
        State after = state;
        for (Event event : events) {
            after = Transitions.apply(after, event);
        }
        journal.append(List.of(events), after);
        state = after;
    }

    private JobId submit(List<RawBytes> environment) throws IOException {
        JobId id = new JobId(state.nextId());
        append(new Event.Submitted(id, Samples.plain(journal.keep(environment)), Samples.AT));
        return id;
    }

    private JobId runToTheEnd(List<RawBytes> environment) throws IOException {
        JobId id = submit(environment);
        append(
                new Event.Starting(id, new Token(1, id.value()), List.of(), Samples.AT),
                new Event.Started(id, new JobProcess(5, 6, ""), Samples.AT));
        append(new Event.Ended(id, new End.Finished(Samples.USAGE), Samples.AT, 1));
        return id;
    }

    /** So many jobs, a hundred in one transaction. */
    private void runToTheEnd(int jobs) throws IOException {
        List<Event> events = new ArrayList<>();
        EnvironmentId environment = journal.keep(ENVIRONMENT);
        int first = state.nextId();
        for (int i = 1; i <= jobs; i++) {
            JobId id = new JobId(first + i - 1);
            events.add(new Event.Submitted(id, Samples.plain(environment), Samples.AT));
            events.add(new Event.Starting(id, new Token(1, id.value()), List.of(), Samples.AT));
            events.add(new Event.Ended(id, new End.Finished(Samples.USAGE), Samples.AT, 1));
            if (i % 100 == 0) {
                append(events.toArray(new Event[0]));
                events.clear();
            }
        }
    }

    @Test
    void aNewDatabaseIsEmptyAndPrivate() throws IOException {
        assertThat(state).isEqualTo(State.EMPTY);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.resolveSibling("journal.db-wal"))))
                .isEqualTo("rw-------");
    }

    @Test
    void whatWasAppendedIsThereAfterACloseAndAfterAKill() throws IOException {
        runToTheEnd(ENVIRONMENT);
        submit(ENVIRONMENT);
        State before = state;

        kill();
        assertThat(state).isEqualTo(before);

        journal.close();
        reopen();
        assertThat(state).isEqualTo(before);
        assertThat(journal.environment(
                        before.jobs().first().orElseThrow().spec().environment()))
                .isEqualTo(ENVIRONMENT);
    }

    @Test
    void thousandsOfEventsAreFoldedAndComeBack() throws IOException {
        runToTheEnd(700);
        append(new Event.Forgotten(List.of(new JobId(3), new JobId(600))));
        runToTheEnd(300);
        append(new Event.Forgotten(List.of(new JobId(0), new JobId(999))));
        State before = state;

        assertThat(Rows.count(copyForReading(), "event")).isLessThan(1_000);
        kill();
        assertThat(state).isEqualTo(before);
        journal.close();
        assertThat(Rows.count(file, "event")).isZero();
        assertThat(Rows.count(file, "job")).isEqualTo(996);
        reopen();
        assertThat(state).isEqualTo(before);
    }

    private Path copyForReading() throws IOException {
        Path copy = Files.createTempDirectory(directory, "copy").resolve("journal.db");
        Files.copy(file, copy);
        Files.copy(file.resolveSibling("journal.db-wal"), copy.resolveSibling("journal.db-wal"));
        return copy;
    }

    @Test
    void dependentJobsAreBackInTheirPlaces() throws IOException {
        JobId parent = submit(ENVIRONMENT);
        JobId child = new JobId(state.nextId());
        append(new Event.Submitted(child, Samples.after(journal.keep(ENVIRONMENT), parent), Samples.AT));
        submit(ENVIRONMENT);
        State before = state;

        journal.close();
        reopen();

        assertThat(state).isEqualTo(before);
        assertThat(state.held()).containsExactly(child);
    }

    @Test
    void equalEnvironmentsAreStoredOnceAndGoWithTheirLastJob() throws IOException {
        List<RawBytes> other = List.of(RawBytes.utf8("OTHER=1"));
        JobId first = runToTheEnd(ENVIRONMENT);
        JobId second = runToTheEnd(ENVIRONMENT);
        runToTheEnd(other);
        append(new Event.Forgotten(List.of(first)));
        journal.close();
        assertThat(Rows.count(file, "environment")).isEqualTo(2);

        reopen();
        append(new Event.Forgotten(List.of(second)));
        journal.close();
        assertThat(Rows.count(file, "environment")).isEqualTo(1);
        reopen();
    }

    @Test
    void anEnvironmentWhoseLastJobWentIsWrittenAgainForTheNext() throws IOException {
        JobId first = runToTheEnd(ENVIRONMENT);
        EnvironmentId kept = journal.keep(ENVIRONMENT);
        append(new Event.Forgotten(List.of(first)));
        append(Collections.nCopies(1_000, new Event.DaemonStarted("boot", Samples.AT))
                .toArray(new Event[0]));
        append(new Event.Submitted(new JobId(state.nextId()), Samples.plain(kept), Samples.AT));

        kill();
        assertThat(journal.environment(kept)).isEqualTo(ENVIRONMENT);
    }

    @Test
    void aKeptEnvironmentIsThereBeforeItIsWritten() throws IOException {
        EnvironmentId kept = journal.keep(ENVIRONMENT);
        assertThat(journal.environment(kept)).isEqualTo(ENVIRONMENT);
        kill();
        assertThatThrownBy(() -> journal.environment(kept)).isInstanceOf(IOException.class);
    }

    @Test
    void environmentsKeepTheirOrderAndBytes() throws IOException {
        assertThat(journal.environment(journal.keep(List.of()))).isEmpty();
        List<RawBytes> odd = List.of(RawBytes.utf8(""), RawBytes.utf8("no equals sign"), RawBytes.utf8("A=1=2"));
        assertThat(journal.environment(journal.keep(odd))).isEqualTo(odd);
        assertThatThrownBy(() -> journal.keep(List.of(RawBytes.utf8("A=\0")))).isInstanceOf(IOException.class);
    }

    @Test
    void aFullDiskRefusesTheAppendAndNothingOfItIsWritten() throws Exception {
        submit(ENVIRONMENT);
        State before = state;
        journal.limitPages(1);
        List<RawBytes> large = List.of(RawBytes.utf8("X=" + "x".repeat(1 << 20)));

        assertThatThrownBy(() -> submit(large))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the disk is full");
        assertThatThrownBy(() -> submit(large)).isInstanceOf(IOException.class);

        journal.limitPages(1 << 30);
        JobId late = submit(large);
        assertThat(late.value()).isEqualTo(1);
        State after = state;
        assertThat(before.nextId()).isEqualTo(1);
        kill();
        assertThat(state).isEqualTo(after);
        assertThat(journal.environment(state.job(late).orElseThrow().spec().environment()))
                .isEqualTo(large);
    }

    @Test
    void anAppendWithoutItsEnvironmentIsRefusedWhole() throws IOException {
        List<Event> events = new ArrayList<>();
        events.add(new Event.DaemonStarted("boot", Samples.AT));
        events.add(new Event.Submitted(new JobId(0), Samples.plain(new EnvironmentId("nowhere")), Samples.AT));
        assertThatThrownBy(() -> journal.append(events, state)).isInstanceOf(IOException.class);
        kill();
        assertThat(state).isEqualTo(State.EMPTY);
    }

    @Test
    void aRemarkIsStoredAndGoesLikeAnEnvironment() throws IOException {
        List<RawBytes> remark = List.of(RawBytes.utf8("branch main\n"));
        JobId id = new JobId(state.nextId());
        JobSpec plain = Samples.plain(journal.keep(ENVIRONMENT));
        append(new Event.Submitted(id, plain.with(Delivery.PLAIN.noting(journal.keep(remark))), Samples.AT));
        kill();
        assertThat(journal.environment(
                        state.job(id).orElseThrow().spec().delivery().remark().orElseThrow()))
                .isEqualTo(remark);

        append(new Event.Ended(id, new End.Skipped(new JobId(9)), Samples.AT, 1), new Event.Forgotten(List.of(id)));
        journal.close();
        assertThat(Rows.count(file, "environment")).isZero();
        reopen();
    }
}
