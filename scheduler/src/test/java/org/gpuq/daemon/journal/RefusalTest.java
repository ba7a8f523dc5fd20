package org.gpuq.daemon.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.Transitions;
import org.gpuq.core.model.JobId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are not to be worked with are refused with a sentence, and stay as they are. */
class RefusalTest {
    @TempDir
    private Path directory;

    private Path file() {
        return directory.resolve("journal.db");
    }

    private void assertRefused(String why) throws IOException {
        byte[] before = Files.readAllBytes(file());
        assertThatThrownBy(() -> {
                    try (SqliteJournal journal = SqliteJournal.open(file())) {
                        journal.restore();
                    }
                })
                .isInstanceOf(UnusableJournalException.class)
                .hasMessageContaining(file().toString())
                .hasMessageContaining(why);
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    private void fill(int jobs) throws IOException {
        try (SqliteJournal journal = SqliteJournal.open(file())) {
            State state = journal.restore();
            for (int i = 0; i < jobs; i++) {
                Event event = new Event.Submitted(new JobId(i), Samples.plain(journal.keep(List.of())), Samples.AT);
                state = Transitions.apply(state, event);
                journal.append(List.of(event), state);
            }
        }
    }

    @Test
    void aFileThatIsNoDatabase() throws IOException {
        Files.writeString(file(), "somebody's notes\n".repeat(500));
        assertRefused("is not a database of gpuq");
    }

    @Test
    void aDatabaseOfAnotherProgram() {
        Rows.execute(file(), "CREATE TABLE photo (id INTEGER)");
        assertThatThrownBy(() -> SqliteJournal.open(file())).hasMessageContaining("another program");
        assertThat(Rows.count(file(), "photo")).isZero();
        assertThat(directory.resolve("journal.db-wal")).doesNotExist();
    }

    @Test
    void aNewerDatabase() throws IOException {
        fill(1);
        Rows.execute(file(), "PRAGMA user_version = 9000");
        assertRefused("newer gpuq (format 9000");
    }

    @Test
    void aDamagedDatabase() throws IOException {
        fill(200);
        try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
            raw.seek(4096);
            raw.write(new byte[(int) raw.length() - 4096]);
        }
        assertRefused("is damaged");
    }

    @Test
    void aDatabaseCutOff() throws IOException {
        fill(200);
        try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
            raw.setLength(3 * 4096);
        }
        assertRefused("is damaged");
    }

    @Test
    void aRowThatMakesNoSense() throws IOException {
        fill(1);
        Rows.execute(file(), "UPDATE job SET body = '{}'");
        assertRefused("no member spec");
    }

    @Test
    void aDatabaseThatAnotherDaemonHas() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(file())) {
            journal.restore();
            assertThatThrownBy(() -> SqliteJournal.open(file())).hasMessageContaining("in use by another daemon");

            Process other = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            OtherDaemon.class.getName(),
                            file().toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(other.getInputStream().readAllBytes(), UTF_8);
            assertThat(other.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(said).contains("in use by another daemon");
        }
        SqliteJournal.open(file()).close();
    }

    /** Another process that wants the same database. */
    static final class OtherDaemon {
        private OtherDaemon() {}

        public static void main(String[] arguments) {
            try (SqliteJournal journal = SqliteJournal.open(Path.of(arguments[0]))) {
                System.out.println("opened, with " + journal.restore());
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
