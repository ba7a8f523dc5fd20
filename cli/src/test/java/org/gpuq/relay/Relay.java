package org.gpuq.relay;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Runs the built q through a shell line, so that tests can use bytes, pipes and signals as people do.
 *
 * @param directory for files; the shell works there
 * @param program the q to run, as {@code $Q} in lines
 */
record Relay(Path directory, Path program) {

    static final Path BUILT = Path.of("target/native/q").toAbsolutePath();
    static final Path SANITIZED = Path.of("target/native/q-sanitized").toAbsolutePath();

    /** What came of a line; output as ISO-8859-1, so a character is a byte. */
    record Result(int status, String out, String err) {}

    Path socket() {
        return directory.resolve("q.sock");
    }

    Process start(String line) throws IOException {
        // Under nohup, or in the background of a script, signals come ignored, and a shell can set no trap for those.
        var builder = new ProcessBuilder("env", "--default-signal", "bash", "-c", line).directory(directory.toFile());
        builder.redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile());
        builder.environment().put("Q", program.toString());
        builder.environment().put("GPUQ_SOCKET", socket().toString());
        return builder.start();
    }

    Result run(String line) throws Exception {
        return finish(start(line));
    }

    Result finish(Process process) throws Exception {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it did not end; it said: " + text("out") + text("err"));
        }
        return new Result(process.exitValue(), text("out"), text("err"));
    }

    String text(String file) throws IOException {
        Path path = directory.resolve(file);
        return Files.exists(path) ? Files.readString(path, StandardCharsets.ISO_8859_1) : "";
    }

    static void until(String what, Callable<Boolean> condition) throws Exception {
        Instant end = Instant.now().plus(Duration.ofSeconds(60));
        while (!condition.call()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("never: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
