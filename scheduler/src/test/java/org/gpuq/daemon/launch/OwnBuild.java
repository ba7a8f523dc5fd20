package org.gpuq.daemon.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** q-launch compiled in another way than the build does. */
final class OwnBuild {
    private OwnBuild() {}

    /**
     * @param sources the directory with {@code launch} and {@code common}
     * @param more further files
     * @return what the compiler said if it failed, else nothing
     */
    static String of(Path program, Path sources, String flags, Path... more) throws IOException {
        var command = new ArrayList<>(List.of("../.mvn/cc", program.toString(), "-I", sources.resolve("common") + ""));
        try (Stream<Path> files = Files.walk(sources.resolve("launch"))) {
            files.filter(Files::isRegularFile).map(Path::toString).forEach(command::add);
        }
        command.add(sources.resolve("common/frame.c").toString());
        for (Path file : more) {
            command.add(file.toString());
        }
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("CFLAGS", flags);
        Process compiler = builder.start();
        String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return compiler.onExit().join().exitValue() == 0 ? "" : said + " ";
    }
}
