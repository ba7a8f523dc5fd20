package org.gpuq.daemon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.gpuq.core.job.StartFailure.Stage;
import org.gpuq.core.model.Token;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where a job's output is to be made somebody swaps links, a pipe and directories in and out all the time: what they lead
 * to is neither written to nor changed, and no start waits for a reader of the pipe.
 */
class OutputRaceTest {
    private static final int ENOUGH = 10;
    private static final int MOST_STARTS = 3_000;

    @TempDir
    Path directory;

    private final AtomicBoolean stop = new AtomicBoolean();
    private int written;
    private int refused;

    @Test
    void nothingElseIsWrittenTo() throws Exception {
        Path precious = Files.writeString(directory.resolve("precious"), "precious\n");
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        for (Path path : new Path[] {precious, pipe}) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
        }
        Path out = directory.resolve("out");
        Thread attacker = new Thread(() -> attack(out, precious, pipe), "attacker");
        attacker.start();
        try (QLaunch launch = QLaunch.in(directory.resolve("launch"))) {
            for (int i = 0; i < MOST_STARTS && (written < ENOUGH || refused < ENOUGH); i++) {
                start(launch);
            }
        } finally {
            stop.set(true);
            attacker.join();
        }
        assertThat(written).as("outputs that were written").isGreaterThanOrEqualTo(ENOUGH);
        assertThat(refused).as("outputs that were refused").isGreaterThanOrEqualTo(ENOUGH);
        assertThat(precious).hasContent("precious\n");
        for (Path path : new Path[] {precious, pipe}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .as(path.toString())
                    .isEqualTo("rw-r--r--");
        }
    }

    private void start(QLaunch launch) {
        Token token = Jobs.into(launch, directory.resolve("out"), Jobs.command(directory, "echo", "output"));
        launch.await(
                "end",
                () -> launch.has(LaunchEvent.NotStarted.class, token) || launch.has(LaunchEvent.Empty.class, token));
        if (launch.has(LaunchEvent.NotStarted.class, token)) {
            assertThat(launch.await(LaunchEvent.NotStarted.class, token)
                            .failure()
                            .stage())
                    .isEqualTo(Stage.OUTPUT);
            refused++;
        } else {
            written++;
        }
        launch.link().forget(token);
    }

    private void attack(Path out, Path precious, Path pipe) {
        while (!stop.get()) {
            try {
                Files.deleteIfExists(out);
                switch (ThreadLocalRandom.current().nextInt(5)) {
                    case 0 -> Files.createSymbolicLink(out, precious);
                    case 1 -> Files.createLink(out, precious);
                    case 2 -> Files.createLink(out, pipe);
                    case 3 -> Files.createDirectory(out);
                    default -> Files.createFile(out);
                }
                for (int i = ThreadLocalRandom.current().nextInt(2_000); i > 0; i--) {
                    Thread.onSpinWait();
                }
            } catch (FileSystemException e) {
                // The job's process was faster.
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
