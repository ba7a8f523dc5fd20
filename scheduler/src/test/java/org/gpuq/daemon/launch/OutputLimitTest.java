package org.gpuq.daemon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.model.Token;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A job's output stays within its bound, and says so; the job itself notices nothing. */
@Timeout(180)
class OutputLimitTest {
    private static final int LIMIT = 100_000;
    private static final String LAST_LINE = "\ngpuq: the output is cut off here: it is longer than 100000 bytes\n";

    @TempDir
    Path directory;

    private QLaunch launch;

    @BeforeEach
    void open() throws IOException {
        launch = QLaunch.in(directory);
        launch.limitOutputs(LIMIT);
        QLaunch.signal("KILL", launch.daemonPid());
        launch.connect();
    }

    @AfterEach
    void close() throws IOException {
        launch.close();
    }

    private String output() {
        try {
            Path out = directory.resolve("out");
            return Files.exists(out) ? Files.readString(out) : "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatIsBeyondIsCutOffAndALastLineSaysSo() {
        Token token = Jobs.start(launch, directory, "sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x; exit 42");
        assertThat(launch.await(LaunchEvent.Exited.class, token).status()).isEqualTo(new ExitStatus.Exited(42));
        launch.await(LaunchEvent.Empty.class, token);
        assertThat(directory.resolve("out")).content().isEqualTo("x".repeat(LIMIT) + LAST_LINE);
    }

    @Test
    void anOutputThatFitsIsLeftAsItIs() {
        Token token = Jobs.start(launch, directory, "sh", "-c", "head -c 100000 /dev/zero | tr '\\0' x");
        launch.await(LaunchEvent.Empty.class, token);
        assertThat(directory.resolve("out")).content().isEqualTo("x".repeat(LIMIT));
    }

    /** The flood goes on for as long as nobody ends it, and the file stays small all the same. */
    @Test
    void aFloodIsHeldDownWhileItGoesOn() {
        Token token =
                Jobs.start(launch, directory, "sh", "-c", "while :; do head -c 65536 /dev/zero; sleep 0.002; done");
        launch.await("the last line", () -> output().endsWith(LAST_LINE));
        launch.link().signal(token, 9);
        launch.await(LaunchEvent.Exited.class, token);
        launch.await(LaunchEvent.Empty.class, token);
        assertThat(output()).hasSize(LIMIT + LAST_LINE.length()).endsWith(LAST_LINE);
    }
}
