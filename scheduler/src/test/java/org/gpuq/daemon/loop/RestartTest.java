package org.gpuq.daemon.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.State;
import org.gpuq.core.job.JobState;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Token;
import org.gpuq.daemon.journal.SqliteJournal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kill after any step leaves a file from which the next daemon goes on as if nothing had been. */
class RestartTest {
    @TempDir
    private Path directory;

    private int copies;

    /** What a kill at this moment would leave on the disk, taken up by another daemon. */
    private void assertSurvivesAKill(Rig rig, Path file) throws IOException {
        Path copy =
                Files.createDirectory(directory.resolve("killed" + copies++)).resolve("journal.db");
        for (String suffix : List.of("", "-wal")) {
            Files.copy(
                    file.resolveSibling(file.getFileName() + suffix), copy.resolveSibling(copy.getFileName() + suffix));
        }
        State live = rig.state();
        try (SqliteJournal journal = SqliteJournal.open(copy)) {
            Rig next = new Rig(journal, new Inbox(), 100);
            assertThat(next.state()).isEqualTo(live);
            // Under the token it had: q-launch starts each once.
            assertThat(next.launcher.starts)
                    .extracting(FakeLauncher.Start::token)
                    .containsExactlyInAnyOrderElementsOf(starting(live));
            assertThat(next.launcher.said).allMatch(word -> word.matches("(adopt|start|forget) .*"));
            assertThat(next.launcher.said)
                    .hasSizeGreaterThanOrEqualTo(live.active().size());
        }
    }

    private static List<Token> starting(State state) {
        List<Token> tokens = new ArrayList<>();
        for (JobId id : state.active()) {
            if (state.job(id).orElseThrow().state() instanceof JobState.Starting starting) {
                tokens.add(starting.run().token());
            }
        }
        return tokens;
    }

    @Test
    void everyStepOfTwoJobsSurvivesAKill() throws Exception {
        Path file = directory.resolve("journal.db");
        try (SqliteJournal journal = SqliteJournal.open(file)) {
            Rig rig = new Rig(journal);
            assertSurvivesAKill(rig, file);
            rig.poll(1);
            rig.submitted(1);
            assertSurvivesAKill(rig, file);
            rig.submitted(1);
            assertSurvivesAKill(rig, file);
            rig.launched(1);
            assertSurvivesAKill(rig, file);
            var cancelled = rig.ask(() -> {
                rig.loop.cancel(List.of(new JobId(0)), Rig.ANN, false);
                return true;
            });
            rig.step();
            assertThat(cancelled.get()).isTrue();
            assertSurvivesAKill(rig, file);
            rig.exited(1);
            assertSurvivesAKill(rig, file);
            rig.inbox.fact(new Input.ProcessesGone(new Token(0, 1)));
            rig.step();
            assertSurvivesAKill(rig, file);
            rig.poll(1);
            assertThat(rig.job(1).state().word()).isEqualTo("starting");
            assertSurvivesAKill(rig, file);
            rig.launched(2);
            rig.exited(2);
            assertSurvivesAKill(rig, file);
        }
    }
}
