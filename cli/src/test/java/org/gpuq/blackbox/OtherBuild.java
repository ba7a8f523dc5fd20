package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Distributions with another q-launch than the one that people get. */
final class OtherBuild {
    private static final Path SOURCES = Path.of("../scheduler/src/main/c");

    private OtherBuild() {}

    /**
     * Its q-launch and supervisors die where they are told to.
     *
     * @param to a directory that is not there yet
     */
    static void crashing(Path to) throws IOException {
        make(to, SOURCES, "-DGPUQ_CRASH_POINTS", "../scheduler/src/test/c/crash.c");
    }

    /** Its q-launch speaks version 3: {@code q-launch-3.tar.gz} is that one's source as it was. */
    static void older(Path to) throws IOException {
        Path sources = Files.createDirectories(to.resolveSibling("q-launch-3"));
        Path archive = sources.resolve("q-launch-3.tar.gz");
        try (InputStream in = OtherBuild.class.getResourceAsStream("q-launch-3.tar.gz")) {
            Files.copy(Objects.requireNonNull(in), archive);
        }
        run(List.of("tar", "xzf", archive.toString(), "-C", sources.toString()), "");
        make(to, sources, "-Wno-error");
    }

    private static void make(Path to, Path sources, String flags, String... more) throws IOException {
        run(List.of("cp", "-a", Sandbox.distribution().toString(), to.toString()), "");
        Path program = to.resolve("libexec/gpuq/q-launch");
        Files.delete(program);
        List<String> command = new ArrayList<>(List.of(
                "../.mvn/cc",
                program.toString(),
                "-I",
                sources.resolve("common").toString(),
                "-I",
                sources.resolve("launch").toString()));
        try (Stream<Path> files = Files.walk(sources.resolve("launch"))) {
            files.filter(Files::isRegularFile).map(Path::toString).forEach(command::add);
        }
        command.add(sources.resolve("common/frame.c").toString());
        command.addAll(List.of(more));
        run(command, flags);
    }

    private static void run(List<String> command, String flags) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("CFLAGS", flags);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.onExit().join().exitValue()).as(said).isZero();
    }
}
