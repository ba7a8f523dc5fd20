package org.gpuq.daemon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A supervisor that dies at a named step of a start: the job ran, or it is known that it did not. */
@Timeout(180)
class CrashTest {
    private static final Path PROGRAM = QLaunch.PROGRAM.resolveSibling("q-launch-crashing");

    @TempDir
    Path directory;

    private QLaunch launch;

    @BeforeEach
    void open() throws IOException {
        assertThat(OwnBuild.of(
                        PROGRAM,
                        Path.of("src/main/c").toAbsolutePath(),
                        "-DGPUQ_CRASH_POINTS -I src/main/c/launch",
                        Path.of("src/test/c/crash.c").toAbsolutePath()))
                .isEmpty();
        launch = QLaunch.crashing(directory, PROGRAM, directory.resolve("crash"));
    }

    @AfterEach
    void close() throws IOException {
        launch.close();
    }

    private Token startAndCrashAt(String point) throws IOException {
        Files.writeString(directory.resolve("crash"), point);
        Token token = Jobs.start(launch, directory, "sh", "-c", "echo ran; exit 42");
        launch.await("crash", () -> Files.notExists(directory.resolve("crash")));
        return token;
    }

    @ParameterizedTest
    @ValueSource(strings = {"supervisor-born", "cgroup-made", "start-not-recorded"})
    void beforeTheStartIsOnRecordTheProgramHasNotRun(String point) throws IOException {
        Token token = startAndCrashAt(point);
        assertThat(launch.await(LaunchEvent.NotStarted.class, token).failure().errno())
                .isEqualTo(125);
        Path out = directory.resolve("out");
        assertThat(Files.exists(out) ? Files.readString(out) : "").isEmpty();
        launch.link().adopt(token);
        launch.await(LaunchEvent.NotStarted.class, token);
    }

    /** q-launch died as well, and the daemon, which does not know whether it was heard, orders the start again. */
    @ParameterizedTest
    @ValueSource(strings = {"record-made", "supervisor-forked", "cgroup-made", "start-not-recorded"})
    void anOrderThatIsRepeatedIsCarriedOutOnce(String point) throws IOException {
        Token token = startAndCrashAt(point);
        launch.killHard();
        launch.restart();
        launch.link()
                .start(
                        token,
                        new JobId(7),
                        Jobs.command(directory, "sh", "-c", "echo ran; exit 42"),
                        Jobs.PATH,
                        RawBytes.utf8(directory.resolve("out").toString()));
        assertThat(launch.await(LaunchEvent.Exited.class, token).status()).isEqualTo(new ExitStatus.Exited(42));
        launch.await(LaunchEvent.Empty.class, token);
        assertThat(directory.resolve("out")).content().isEqualTo("ran\n");
    }

    @Test
    void whatIsOnRecordAndWasNotLetGoIsGone() throws IOException {
        Token token = startAndCrashAt("start-recorded");
        launch.await(
                "an end",
                () -> launch.has(LaunchEvent.Exited.class, token) || launch.has(LaunchEvent.Gone.class, token));
        assertThat(directory.resolve("out")).content().isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"start-not-told", "exit-not-recorded", "exit-recorded", "exit-told", "last-one-gone"})
    void onceItRanItRanOnceAndItsEndIsToldOrGone(String point) throws IOException {
        Token token = startAndCrashAt(point);
        launch.await(
                "an end",
                () -> launch.has(LaunchEvent.Exited.class, token) || launch.has(LaunchEvent.Gone.class, token));
        launch.await("its output", () -> {
            try {
                return Files.readString(directory.resolve("out")).equals("ran\n");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** The program that people get must not know how to be killed at a step. */
    @Test
    void theProgramThatIsGivenAwayHasNoSuchPoints() throws IOException {
        assertThat(new String(Files.readAllBytes(QLaunch.PROGRAM), StandardCharsets.ISO_8859_1))
                .doesNotContain("GPUQ_CRASH", "start-not-recorded");
        assertThat(new String(Files.readAllBytes(PROGRAM), StandardCharsets.ISO_8859_1))
                .contains("GPUQ_CRASH", "start-not-recorded");
    }
}
