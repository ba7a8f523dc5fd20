package org.gpuq.daemon.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.model.Token;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A life of q-launch under the address and undefined-behaviour sanitizers, which must have nothing to say. */
class SanitizerTest {
    @TempDir
    Path directory;

    private static Path build() throws IOException {
        Path program = QLaunch.PROGRAM.resolveSibling("q-launch-sanitized");
        String said = OwnBuild.of(
                program,
                Path.of("src/main/c").toAbsolutePath(),
                "-fsanitize=address,undefined -fno-omit-frame-pointer");
        assumeTrue(said.isEmpty(), "the compiler has no sanitizers: " + said);
        return program;
    }

    @Test
    void hasNothingToSay() throws IOException {
        try (QLaunch launch = QLaunch.in(directory, build())) {
            for (int i = 0; i < 20; i++) {
                Jobs.start(launch, directory, "sleep", "0.0" + i);
            }
            Token failed = Jobs.start(launch, directory, "no-such-program");
            launch.await(LaunchEvent.NotStarted.class, failed);
            Token long1 = Jobs.start(launch, directory, "sh", "-c", "sleep 100; true", "x".repeat(100_000));
            Token long2 = Jobs.start(launch, directory, "sh", "-c", "sleep 100; true");
            launch.await(LaunchEvent.Started.class, long1);
            long supervisor = ProcessHandle.of(launch.await(LaunchEvent.Started.class, long2)
                            .process()
                            .pid())
                    .orElseThrow()
                    .parent()
                    .orElseThrow()
                    .pid();
            QLaunch.signal("KILL", supervisor);
            launch.raw().write(new byte[] {2, 0, 0, 0, 1, 0});
            launch.raw().flush();
            launch.await(LaunchEvent.Disconnected.class::isInstance);
            launch.connect();
            launch.link().adopt(long2);
            launch.await(LaunchEvent.Started.class, long2);
            launch.link().signal(long2, 9);
            assertThat(launch.await(LaunchEvent.Exited.class, long2).status())
                    .isEqualTo(new ExitStatus.Killed(9, false));
            launch.killHard();
            launch.restart();
            launch.link().adopt(long1);
            launch.link().signal(long1, 9);
            launch.await(LaunchEvent.Exited.class, long1);
            launch.await(LaunchEvent.Empty.class, long1);
            launch.link().forget(long1);
        }
        assertThat(directory.resolve("log")).content().doesNotContain("Sanitizer", "runtime error");
    }
}
