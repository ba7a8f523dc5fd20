package org.gpuq.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gpuq.nvml.Simulation.TWO_GPUS;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The simulator's C code under the address and undefined-behaviour sanitizers. */
class SanitizedTest {
    private static final String FLAGS = "-O1 -U_FORTIFY_SOURCE -fsanitize=address,undefined -fno-sanitize-recover=all";
    private static final Path BUILT = NativeBuild.DIRECTORY.resolve("sanitized");
    private static final String SEED = "20261101";

    @TempDir
    Path directory;

    @BeforeAll
    static void theCompilerHasSanitizers() throws IOException, InterruptedException {
        Path source = Files.createDirectories(BUILT).resolve("empty.c");
        Files.writeString(source, "int main(void) { return 0; }\n");
        Path program = BUILT.resolve("empty");
        NativeBuild.Outcome built = NativeBuild.compile(program, List.of(source.toString()), FLAGS);
        boolean usable = built.exitCode() == 0
                && NativeBuild.run(List.of(program.toAbsolutePath().toString()), Map.of())
                                .exitCode()
                        == 0;
        assumeTrue(usable, "the C compiler has no address and undefined-behaviour sanitizers: " + built.output());
    }

    private static void build(Path program, List<String> sources) throws IOException, InterruptedException {
        NativeBuild.Outcome built = NativeBuild.compile(program, sources, FLAGS);
        assertThat(built.exitCode()).as(built.output()).isZero();
    }

    @Test
    void everyCallWithGoodAndBadArgumentsAndFiles() throws IOException, InterruptedException {
        Path program = BUILT.resolve("exercise");
        List<String> sources = new ArrayList<>(List.of("src/test/c/exercise.c"));
        sources.addAll(NativeBuild.library());
        build(program, sources);
        NativeBuild.Outcome outcome = NativeBuild.run(
                List.of(program.toAbsolutePath().toString(), SEED),
                Map.of("GPUQ_SIM", directory.resolve("state").toString()));
        assertThat(outcome.exitCode())
                .as("seed " + SEED + ": " + outcome.output())
                .isZero();
        assertThat(outcome.output()).contains("exercised");
    }

    @Test
    void theLoadComesAndGoes() throws IOException, InterruptedException {
        Path program = BUILT.resolve("gpuq-sim-load");
        build(program, NativeBuild.load());
        Path state = Files.writeString(directory.resolve("state"), TWO_GPUS);
        for (String visible : List.of("0,1", "GPU-11111111", "", "9,0", "GPU-", "1,1,1")) {
            NativeBuild.Outcome outcome = NativeBuild.run(
                    List.of(program.toAbsolutePath().toString(), "1GiB", "0.01"),
                    Map.of("GPUQ_SIM", state.toString(), "CUDA_VISIBLE_DEVICES", visible));
            assertThat(outcome.output()).as(visible).doesNotContain("Sanitizer", "runtime error");
            assertThat(outcome.exitCode()).as(visible).isIn(0, 1);
            assertThat(state).hasContent(TWO_GPUS.strip());
        }
    }
}
