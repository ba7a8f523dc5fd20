package org.gpuq.daemon.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.gpuq.core.engine.State;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.Terms;
import org.gpuq.core.model.RawBytes;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Journals that the first version wrote: one whose daemon was killed, so that all is events, and one that it folded. */
class OlderJournalTest {
    @TempDir
    Path directory;

    private Path make(String dump) throws IOException, SQLException {
        Path file = directory.resolve("journal.db");
        try (var in = Objects.requireNonNull(OlderJournalTest.class.getResourceAsStream(dump));
                Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        return file;
    }

    @ParameterizedTest
    @CsvSource({
        "journal-1-events.sql, finished failed failed skipped failed running queued cancelled queued",
        "journal-1-folded.sql, finished failed failed skipped failed cancelled skipped cancelled starting",
    })
    void itsJobsAreAsTheyWere(String dump, String states) throws IOException, SQLException {
        try (SqliteJournal journal = SqliteJournal.open(make(dump))) {
            State state = journal.restore();
            List<String> words = new ArrayList<>();
            for (Job job : state.jobs()) {
                words.add(job.state().word());
                assertThat(job.spec().terms()).isEqualTo(Terms.PLAIN);
                assertThat(job.past()).isEmpty();
                assertThat(journal.environment(job.spec().environment())).contains(RawBytes.utf8("HOME=/"));
            }
            assertThat(String.join(" ", words)).isEqualTo(states);
            assertThat(state.nextId()).isEqualTo(9);
            assertThat(state.stopped()).isEmpty();
        }
    }
}
