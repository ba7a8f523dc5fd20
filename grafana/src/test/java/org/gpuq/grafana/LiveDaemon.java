package org.gpuq.grafana;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.gpuq.daemon.metrics.Metrics;

/**
 * The distribution's own daemon on three simulated GPUs, used through {@code q}. Whatever comes of it has its directory in
 * the environment: by that {@link #stop} knows whether anything is left.
 */
final class LiveDaemon {
    private static final Path DISTRIBUTION =
            Path.of("..", "cli", "target", "gpuq").toAbsolutePath().normalize();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final Path queue;
    private final Map<String, String> environment;
    private final URI uri;
    private final List<Process> besides = new ArrayList<>();

    LiveDaemon() throws IOException {
        if (!Files.exists(DISTRIBUTION.resolve("complete"))) {
            throw new IOException("the module cli has put no distribution into " + DISTRIBUTION);
        }
        directory = Files.createTempDirectory("gpuq-live");
        queue = Files.createDirectory(directory.resolve("queue"));
        int port = freePort();
        uri = URI.create("http://127.0.0.1:" + port + "/metrics");
        Files.writeString(queue.resolve("gpuq.toml"), "[metrics]\nport = " + port + "\n");
        Path state = directory.resolve("gpus");
        Files.writeString(state, gpu(0) + gpu(1) + gpu(2));
        environment = Map.of(
                "PATH", DISTRIBUTION.resolve("bin") + ":" + DISTRIBUTION.resolve("libexec/gpuq") + ":/usr/bin:/bin",
                "HOME", directory.toString(),
                "JAVA_HOME", System.getProperty("java.home"),
                "GPUQ_DIR", queue.toString(),
                "GPUQ_NVML",
                        DISTRIBUTION
                                .resolve("lib/gpuq/simulator/libnvidia-ml.so.1")
                                .toString(),
                "GPUQ_SIM", state.toString());
    }

    void start() throws IOException, InterruptedException {
        sh("q daemon start");
    }

    private static String gpu(int index) {
        return "gpu index=%d uuid=%s name=\"NVIDIA H100 80GB HBM3\" memory=81559MiB reserved=502MiB\n"
                .formatted(index, uuid(index));
    }

    static String uuid(int index) {
        return "GPU-8f3e0000-0000-4000-8000-00000000000" + index;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, Metrics.loopback())) {
            return socket.getLocalPort();
        }
    }

    URI uri() {
        return uri;
    }

    /**
     * Runs a shell line to its end.
     *
     * @return its output, of both streams
     * @throws IOException when it fails, with that output
     */
    String sh(String line) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "output", "");
        Process process = run(line, output);
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(line + ": does not end; " + Files.readString(output));
        }
        if (process.exitValue() != 0) {
            throw new IOException(line + ": exit code " + process.exitValue() + "; " + Files.readString(output));
        }
        return Files.readString(output).strip();
    }

    /** Starts a program that no job is. */
    void besides(String line) throws IOException {
        besides.add(run("exec " + line, directory.resolve("besides")));
    }

    private Process run(String line, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", line).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    }

    /** Scrapes until there are all of these samples, each as a scrape writes it down. */
    Scrape await(List<String> samples) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Scrape scrape = Scrape.of(uri);
            List<String> missing = new ArrayList<>(samples);
            missing.removeAll(scrape.text().lines().toList());
            if (missing.isEmpty()) {
                return scrape;
            }
            if (System.nanoTime() > end) {
                throw new IOException("never among the samples: " + missing + "\n" + scrape.text());
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /**
     * Stops the programs outside, and the daemon as a user would.
     *
     * @throws IOException when something is left after that, which is ended the hard way; its directory stays for a look at the logs
     */
    void stop() throws IOException, InterruptedException {
        besides.forEach(Process::destroy);
        try {
            if (Files.exists(queue.resolve("q.sock"))) {
                sh("q list --json | grep -o '\"id\":[0-9]*,' | tr -dc '0-9\\n' | xargs -r -n 1 q cancel || true");
                sh("q daemon stop");
            }
        } finally {
            endTheRest();
            try (Stream<Path> all = Files.walk(directory)) {
                all.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            }
        }
    }

    private void endTheRest() throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!processes().isEmpty() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        List<ProcessHandle> left = processes();
        left.forEach(ProcessHandle::destroyForcibly);
        if (!left.isEmpty()) {
            throw new IOException(
                    "left behind: " + left.stream().map(ProcessHandle::info).toList());
        }
    }

    private List<ProcessHandle> processes() {
        String mark = "GPUQ_DIR=" + queue;
        return ProcessHandle.allProcesses()
                .filter(process -> environment(process).contains(mark))
                .toList();
    }

    private static String environment(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "environ"), ISO_8859_1);
        } catch (IOException e) {
            return ""; // it is gone, or another user's
        }
    }
}
