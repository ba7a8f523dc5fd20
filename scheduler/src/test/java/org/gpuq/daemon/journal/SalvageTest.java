package org.gpuq.daemon.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.Transitions;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of a journal when parts of it are overwritten, and that nothing is done to a good one. */
class SalvageTest {
    private static final Instant NOW = Instant.parse("2026-11-26T20:00:00Z");
    private static final int PAGE = 4096;

    @TempDir
    private Path directory;

    private Path file() {
        return directory.resolve("journal.db");
    }

    /** Jobs with long names, so that there are many pages, folded into rows every thousand events. */
    private State fill(int jobs) throws IOException {
        try (SqliteJournal journal = SqliteJournal.open(file())) {
            State state = journal.restore();
            for (int i = 0; i < jobs; i++) {
                var environment = journal.keep(List.of(RawBytes.utf8("N=" + i % 10)));
                Event event = new Event.Submitted(new JobId(i), Samples.plain(environment), Samples.AT);
                state = Transitions.apply(state, event);
                journal.append(List.of(event), state);
            }
            return state;
        }
    }

    private State read() throws IOException {
        try (SqliteJournal journal = SqliteJournal.open(file())) {
            return journal.restore();
        }
    }

    private void overwrite(long from, int bytes) throws IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
            raw.seek(from);
            raw.write(new byte[bytes]);
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aGoodOneIsLeftAlone() throws IOException {
        fill(10);
        byte[] before = Files.readAllBytes(file());
        assertThat(Salvage.run(file(), NOW).aside()).isEmpty();
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
        assertThat(files()).containsExactly("journal.db");
    }

    /** One page in the middle: of one table or the other, whatever lies there. */
    @ParameterizedTest
    @ValueSource(ints = {3, 5, 8, 13, 21, 34, 89})
    void aPageThatIsOverwrittenCostsWhatWasOnIt(int page) throws IOException {
        State before = fill(1500);
        overwrite((long) page * PAGE, PAGE);
        byte[] whole = Files.readAllBytes(file());

        Salvage.Report report = Salvage.run(file(), NOW);

        State saved = read();
        assertThat(report.aside()).isPresent();
        assertThat(Files.readAllBytes(report.aside().orElseThrow())).isEqualTo(whole);
        assertThat(saved.jobs().size()).isEqualTo(report.jobs()).isGreaterThan(1300);
        for (Job job : saved.jobs()) {
            assertThat(before.job(job.id())).contains(job);
        }
        assertThat(saved.nextId()).isEqualTo(1500);
        assertThat(files()).containsExactly("journal.db", "journal.db.damaged-20261126-200000");
    }

    @Test
    void whatIsNoDatabaseAnyMoreIsSetAsideAsItIs() throws IOException {
        fill(10);
        Files.writeString(file(), "something else\n".repeat(1000));
        Salvage.Report report = Salvage.run(file(), NOW);
        assertThat(report.jobs()).isZero();
        assertThat(report.aside().orElseThrow()).content(UTF_8).startsWith("something else");
        assertThat(read()).isEqualTo(State.EMPTY);
    }

    @Test
    void aNewerOneIsNotTouched() throws IOException {
        fill(10);
        try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
            raw.seek(63);
            raw.write(99);
        }
        byte[] before = Files.readAllBytes(file());
        assertThatThrownBy(() -> Salvage.run(file(), NOW))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("newer");
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
        assertThat(files()).containsExactly("journal.db");
    }

    @Test
    void aRowThatMakesNoSenseIsLeftOut() throws IOException {
        fill(1500);
        Rows.execute(file(), "UPDATE job SET body = '{\"what\":1}' WHERE id = 7");
        Salvage.Report report = Salvage.run(file(), NOW);
        assertThat(report.lostRows()).isEqualTo(1);
        assertThat(report.jobs()).isEqualTo(1499);
        assertThat(read().job(new JobId(7))).isEmpty();
    }

    @Test
    void withoutTheRowOfLeasesTheNextJobStillGetsANumberOfItsOwn() throws IOException {
        fill(1500);
        Rows.execute(file(), "UPDATE ledger SET body = 'nonsense'");
        assertThat(Salvage.run(file(), NOW).jobs()).isEqualTo(1500);
        assertThat(read().nextId()).isEqualTo(1500);
    }
}
