package org.gpuq.daemon.launch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random frames at q-launch's parser, under the address and undefined-behaviour sanitizers. How many: the system property
 * {@code gpuq.random.frames}, a million for thoroughness.
 */
class RandomFramesTest {
    private static final int FRAMES = Integer.getInteger("gpuq.random.frames", 200_000);

    @TempDir
    Path directory;

    @Test
    void harmNothing() throws IOException {
        Path program = directory.resolve("fuzz");
        String refused = OwnBuild.of(
                program,
                Path.of("src/main/c").toAbsolutePath(),
                "-Dmain=q_launch_main -fsanitize=address,undefined -fno-omit-frame-pointer",
                Path.of("src/test/c/fuzz.c").toAbsolutePath());
        assumeTrue(refused.isEmpty(), "the compiler has no sanitizers: " + refused);
        long seed = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
        Process fuzz = new ProcessBuilder(program.toString(), Long.toString(seed), Integer.toString(FRAMES))
                .redirectErrorStream(true)
                .start();
        String said = new String(fuzz.getInputStream().readAllBytes(), UTF_8);
        assertThat(fuzz.onExit().join().exitValue())
                .as("seed " + seed + ": " + said)
                .isZero();
        // Among them whole orders, so that it is not the first check alone that was tried.
        assertThat(Long.parseLong(said.strip())).as("seed " + seed).isGreaterThan(FRAMES / 1_000);
    }
}
