package org.gpuq.nvml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Builds variants of the simulator with the house's compiler script. */
final class NativeBuild {
    static final Path DIRECTORY = Path.of("target/native-test");
    private static final Path SOURCES = Path.of("src/main/c/simulator");
    private static final Set<String> ONLY_LOAD = Set.of("load.c", "edit.c", "visible.c");
    private static final Set<String> ONLY_LIBRARY = Set.of(
            "world.c", "handles.c", "history.c", "system.c", "device.c", "processes.c", "link.c", "mig.c", "events.c");

    private NativeBuild() {}

    /** What became of running a program: its exit code and everything it wrote. */
    record Outcome(int exitCode, String output) {}

    static Path variant(String name) throws IOException, InterruptedException {
        Path library = DIRECTORY.resolve(name).resolve("libnvidia-ml.so.1");
        List<String> arguments =
                new ArrayList<>(List.of("-shared", "-fPIC", "-Wl,--version-script,src/test/c/" + name + ".map"));
        arguments.addAll(library());
        Outcome outcome = compile(library, arguments, "");
        if (outcome.exitCode() != 0) {
            throw new AssertionError(outcome.output());
        }
        return library.toAbsolutePath();
    }

    static List<String> library() throws IOException {
        return sources(ONLY_LOAD);
    }

    static List<String> load() throws IOException {
        return sources(ONLY_LIBRARY);
    }

    private static List<String> sources(Set<String> without) throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.filter(file ->
                            file.toString().endsWith(".c") || file.toString().endsWith(".h"))
                    .filter(file -> !without.contains(file.getFileName().toString()))
                    .map(Path::toString)
                    .sorted()
                    .toList();
        }
    }

    static Outcome compile(Path output, List<String> arguments, String flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("../.mvn/cc", output.toString()));
        command.addAll(arguments);
        return run(command, Map.of("CFLAGS", flags));
    }

    static Outcome run(List<String> command, Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }
}
