package org.gpuq.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A queue in a directory of its own, used through shell lines as people use it. {@link #close} stops it the way a user
 * would, and then nothing may be left: every process of the sandbox has its directory in its environment.
 */
final class Sandbox implements AutoCloseable {
    private static final Path DIST = Path.of("target/gpuq").toAbsolutePath();
    static final Path SIMULATOR = DIST.resolve("lib/gpuq/simulator/libnvidia-ml.so.1");

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What came of a line; output as ISO-8859-1, so a character is a byte. */
    record Result(int status, String out, String err) {
        /** The output without the line's end. */
        String line() {
            return out.strip();
        }
    }

    private final Path directory;
    private final Map<String, String> environment = new TreeMap<>();
    private final List<Process> started = new ArrayList<>();
    private final AtomicInteger lines = new AtomicInteger();

    private Sandbox(Path directory) {
        this.directory = directory;
        environment.put("PATH", path(DIST));
        environment.put("HOME", directory.toString());
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("GPUQ_DIR", queue().toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("GPUQ_NVML", directory.resolve("no-driver").toString());
    }

    /** Without GPUs, whatever the machine has. */
    static Sandbox create() throws IOException {
        assertThat(DIST.resolve("complete")).as("the distribution").exists();
        Sandbox box = new Sandbox(Files.createTempDirectory("gpuq-it"));
        box.configure("");
        return box;
    }

    /** @param settings lines of the configuration; the metrics are off, so that no two sandboxes want one port */
    void configure(String settings) throws IOException {
        Files.createDirectories(queue());
        Files.writeString(queue().resolve("gpuq.toml"), settings + "\n[metrics]\nport = 0\n");
        sh("chmod 700 queue");
    }

    /** Puts simulated GPUs into the machine; before the daemon starts. */
    Simulation simulate(int gpus) throws IOException {
        Simulation simulation = Simulation.of(directory.resolve("gpus"), gpus);
        environment.put("GPUQ_NVML", SIMULATOR.toString());
        environment.put("GPUQ_SIM", simulation.file().toString());
        return simulation;
    }

    /** Uses another distribution than the one that was built; before anything is started. */
    void use(Path distribution) {
        environment.put("PATH", path(distribution));
    }

    static Path distribution() {
        return DIST;
    }

    private static String path(Path distribution) {
        return distribution.resolve("bin") + ":" + distribution.resolve("libexec/gpuq") + ":/usr/bin:/bin:/usr/sbin";
    }

    void set(String variable, String value) {
        environment.put(variable, value);
    }

    /** Where lines run. */
    Path directory() {
        return directory;
    }

    /** What GPUQ_DIR names. */
    Path queue() {
        return directory.resolve("queue");
    }

    /** A line that runs on. */
    final class Running {
        private final Process process;
        private final Path out;
        private final Path err;

        private Running(String line) throws IOException {
            int number = lines.incrementAndGet();
            out = directory.resolve("out." + number);
            err = directory.resolve("err." + number);
            ProcessBuilder builder =
                    new ProcessBuilder("env", "--default-signal", "bash", "-c", line).directory(directory.toFile());
            builder.redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            process = builder.start();
            synchronized (started) {
                started.add(process);
            }
        }

        Process process() {
            return process;
        }

        String out() {
            return read(out);
        }

        String err() {
            return read(err);
        }

        Result end() {
            try {
                if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    throw new AssertionError("it did not end; it said: " + out() + err());
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return new Result(process.exitValue(), out(), err());
        }
    }

    Running start(String line) {
        try {
            return new Running(line);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    Result sh(String line) {
        return start(line).end();
    }

    /** A line that has to succeed without a word on standard error; its output. */
    String ok(String line) {
        Result result = sh(line);
        assertThat(result.err()).as(line).isEmpty();
        assertThat(result.status()).as(line).isZero();
        return result.line();
    }

    Json json(String line) {
        return Json.of(ok(line));
    }

    /** Submits, with {@code words} as in {@code q run words}; the job's id. */
    int run(String words) {
        return Integer.parseInt(ok("q run " + words));
    }

    Json job(int id) {
        return json("q show --json " + id).get("job");
    }

    String state(int id) {
        return job(id).text("state");
    }

    /** The job's end, whatever it is. */
    Json ended(int id) {
        sh("q wait " + id);
        return job(id);
    }

    void untilState(int id, String state) {
        until("job " + id + " is " + state, () -> state(id).equals(state));
    }

    Json gpu(int index) {
        return json("q gpu --json").list("gpus").get(index);
    }

    Json daemon() {
        return json("q daemon status --json").get("daemon");
    }

    /** The text of a file of the sandbox; empty when there is none. */
    String text(String file) {
        return read(directory.resolve(file));
    }

    private static String read(Path path) {
        try {
            return Files.exists(path) ? Files.readString(path, ISO_8859_1) : "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static void until(String what, Callable<Boolean> condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!condition.call()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("never: " + what);
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (AssertionError e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(what, e);
        }
    }

    /** Its processes that live, whoever is their parent. */
    List<ProcessHandle> processes() {
        String mark = "GPUQ_DIR=" + queue();
        return ProcessHandle.allProcesses()
                .filter(process -> read(process.pid(), "environ").contains(mark))
                .toList();
    }

    /** Its words, with blanks between them. */
    static String command(ProcessHandle process) {
        return read(process.pid(), "cmdline").replace('\0', ' ').strip();
    }

    private static String read(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file), ISO_8859_1);
        } catch (IOException e) {
            return ""; // it is gone, or another user's
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (started) {
            started.forEach(Process::destroyForcibly);
        }
        if (!processes().isEmpty()) {
            sh("q list --json | grep -o '\"id\":[0-9]*,' | tr -dc '0-9\\n' | xargs -r -n 1 q cancel; q daemon stop");
        }
        try {
            until("nothing is left", () -> processes().isEmpty());
        } catch (AssertionError e) {
            List<String> left = processes().stream()
                    .map(process ->
                            process.pid() + " " + read(process.pid(), "cmdline").replace('\0', ' '))
                    .toList();
            processes().forEach(ProcessHandle::destroyForcibly);
            throw new AssertionError("left behind: " + left + "\n" + text("queue/daemon.log"), e);
        } finally {
            remove();
        }
    }

    /** By rm: Java cannot name every file that a test makes. */
    private void remove() throws IOException {
        Process rm = new ProcessBuilder("rm", "-rf", directory.toString()).start();
        try {
            assertThat(rm.waitFor()).as("rm").isZero();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
