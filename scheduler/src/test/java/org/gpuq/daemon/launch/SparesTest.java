package org.gpuq.daemon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The record and the pipe of a settled job serve a later one, and nobody takes one job's words for another's. */
class SparesTest {
    private static final String RECORD = "spare-record-";
    private static final String PIPE = "spare-pipe-";

    @TempDir
    Path directory;

    private QLaunch launch;

    @BeforeEach
    void open() throws IOException {
        launch = QLaunch.in(directory);
    }

    @AfterEach
    void close() throws IOException {
        launch.close();
    }

    private List<String> files() {
        try (Stream<Path> files = Files.list(QLaunch.state(directory).resolve("run"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void settle(Token token) {
        launch.await(LaunchEvent.Empty.class, token);
        launch.link().forget(token);
        launch.await("the record is put away", () -> files().stream().noneMatch(name -> name.startsWith("" + token)));
    }

    private void runAndSettle(int status) {
        Token token = Jobs.start(launch, directory, "sh", "-c", "exit " + status);
        assertThat(launch.await(LaunchEvent.Exited.class, token).status()).isEqualTo(new ExitStatus.Exited(status));
        settle(token);
    }

    @Test
    void oneAfterTheOtherUsesTheSameFilesAndTellsItsOwnExit() {
        for (int status = 0; status < 40; status++) { // more than one record has room for
            runAndSettle(status);
            assertThat(files()).containsExactly(PIPE + 0, RECORD + 0);
        }
    }

    @Test
    void aNewLauncherReadsOnlyTheWordsOfTheJobItself() throws IOException {
        runAndSettle(3);
        Token token = Jobs.start(launch, directory, "sh", "-c", "until [ -e go ]; do sleep 0.01; done; exit 42");
        launch.await(LaunchEvent.Started.class, token);
        launch.killHard();
        launch.restart();
        launch.link().adopt(token);
        launch.await(LaunchEvent.Started.class, token);
        Files.createFile(directory.resolve("go"));
        assertThat(launch.await(LaunchEvent.Exited.class, token).status()).isEqualTo(new ExitStatus.Exited(42));
    }

    @Test
    void aNewLauncherKeepsNoneOfTheOldOnes() throws IOException {
        runAndSettle(0);
        assertThat(files()).hasSize(2);
        launch.killHard();
        launch.restart();
        assertThat(files()).isEmpty();
    }

    /** As after a death between a record's new name and the first word in it: what it holds is another's. */
    @Test
    void aRecordWithAnothersWordsAloneIsOfAJobThatNeverRan() throws IOException {
        runAndSettle(3);
        Token token = QLaunch.token();
        Path run = QLaunch.state(directory).resolve("run");
        Files.copy(run.resolve(RECORD + 0), run.resolve(token.toString()));
        launch.link()
                .start(
                        token,
                        new JobId(8),
                        Jobs.command(directory, "sh", "-c", "exit 5"),
                        Jobs.PATH,
                        RawBytes.utf8(""));
        assertThat(launch.await(LaunchEvent.Exited.class, token).status()).isEqualTo(new ExitStatus.Exited(5));
        settle(token);
    }
}
