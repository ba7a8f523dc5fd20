package org.gpuq.daemon.launch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.gpuq.core.model.Token;
import org.jspecify.annotations.Nullable;

/**
 * A real q-launch in a directory of its own, with this test as its daemon: the daemon it starts is a shell script that
 * copies between its socket and two named pipes.
 */
final class QLaunch implements AutoCloseable {
    static final Path PROGRAM = Path.of("target/native/q-launch").toAbsolutePath();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String RELAY = """
            n=$(($(cat "$0/count" || echo 0) + 1))
            mkfifo "$0/in.$n" "$0/out.$n"
            exec 3<&0
            echo $n > "$0/count"
            echo $$ > "$0/pid.new" && mv "$0/pid.new" "$0/pid.$n"
            cat <&3 > "$0/out.$n" &
            exec cat "$0/in.$n" >&3
            """;

    private final List<LaunchEvent> events = new ArrayList<>();
    private final List<String> wrapper;
    private final Path program;
    private final Path directory;
    private Process process;
    private int connection;
    private long outputLimit;
    private @Nullable OutputStream out;
    private @Nullable LaunchLink link;

    private QLaunch(Path directory, Path program, List<String> wrapper) throws IOException {
        this.directory = directory;
        this.program = program;
        this.wrapper = wrapper;
        Files.createDirectories(directory);
        this.process = spawn();
        connect();
    }

    static QLaunch in(Path directory) throws IOException {
        return new QLaunch(directory, PROGRAM, List.of());
    }

    /** @param armed the file with the name of the step at which it dies */
    static QLaunch crashing(Path directory, Path program, Path armed) throws IOException {
        return new QLaunch(directory, program, List.of("env", "GPUQ_CRASH=" + armed));
    }

    static QLaunch in(Path directory, Path program) throws IOException {
        return new QLaunch(directory, program, List.of());
    }

    /** In a mount namespace without cgroup2, where that takes privileges; elsewhere it has none to begin with. */
    static QLaunch withoutCgroups(Path directory) throws IOException {
        boolean root = Files.isWritable(Path.of("/proc/sys/kernel/hostname"));
        String script = "for m in $(awk '$0 ~ / - cgroup2 / {print $5}' /proc/self/mountinfo); do umount -l $m; done;"
                + " exec \"$@\"";
        return new QLaunch(
                directory, PROGRAM, root ? List.of("unshare", "-m", "sh", "-c", script, "unshared") : List.of());
    }

    static Path state(Path directory) {
        return directory.resolve("state");
    }

    private Process spawn() throws IOException {
        var command = new ArrayList<>(wrapper);
        command.addAll(List.of(program.toString(), "--state", state(directory).toString(), "--foreground"));
        command.addAll(List.of("--daemon", "/bin/sh", "--", "-c", RELAY, directory.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    Path log() {
        return directory.resolve("log");
    }

    /** Jobs that are started from the next {@link #connect} on keep their output within so many bytes. */
    void limitOutputs(long bytes) {
        outputLimit = bytes;
    }

    /** Is its daemon from now on; waits until q-launch has started one. */
    void connect() throws IOException {
        connection++;
        await("a daemon", () -> Files.exists(directory.resolve("pid." + connection)));
        var in = new FileInputStream(directory.resolve("out." + connection).toFile());
        out = new FileOutputStream(directory.resolve("in." + connection).toFile());
        events(List::clear);
        link = LaunchLink.open(in, out, new StartTerms(outputLimit, false), event -> events(list -> list.add(event)));
        await(LaunchEvent.Ready.class::isInstance);
    }

    private synchronized <T> T look(Function<List<LaunchEvent>, T> how) {
        return how.apply(events);
    }

    private synchronized void events(java.util.function.Consumer<List<LaunchEvent>> how) {
        how.accept(events);
    }

    LaunchLink link() {
        return java.util.Objects.requireNonNull(link);
    }

    OutputStream raw() {
        return java.util.Objects.requireNonNull(out);
    }

    long pid() {
        return process.pid();
    }

    Process process() {
        return process;
    }

    long daemonPid() throws IOException {
        return Long.parseLong(
                Files.readString(directory.resolve("pid." + connection)).strip());
    }

    LaunchEvent await(java.util.function.Predicate<LaunchEvent> wanted) {
        await("an event", () -> look(list -> list.stream().anyMatch(wanted)));
        return look(list -> list.stream().filter(wanted).findFirst().orElseThrow());
    }

    <E extends LaunchEvent> E await(Class<E> type, Token token) {
        return type.cast(await(event -> type.isInstance(event) && token.equals(tokenOf(event))));
    }

    boolean has(Class<? extends LaunchEvent> type, Token token) {
        return look(list -> list.stream().anyMatch(event -> type.isInstance(event) && token.equals(tokenOf(event))));
    }

    private static @Nullable Token tokenOf(LaunchEvent event) {
        return switch (event) {
            case LaunchEvent.Ready ready -> null;
            case LaunchEvent.Counted counted -> null;
            case LaunchEvent.Disconnected disconnected -> null;
            case LaunchEvent.Started started -> started.token();
            case LaunchEvent.NotStarted notStarted -> notStarted.token();
            case LaunchEvent.Exited exited -> exited.token();
            case LaunchEvent.Empty empty -> empty.token();
            case LaunchEvent.Joined joined -> joined.token();
            case LaunchEvent.Gone gone -> gone.token();
        };
    }

    void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "no " + what + " in " + PATIENCE + "; events " + look(List::copyOf) + "\n" + logText());
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    String logText() {
        try {
            return Files.readString(log(), UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** kill -9 of q-launch; the daemon ends by itself as it loses its connection. */
    void killHard() throws IOException {
        process.destroyForcibly();
        process.onExit().join();
        raw().close();
    }

    /** Another q-launch in the same directory, as soon as the old daemon let go of the lock. */
    void restart() throws IOException {
        Path expected = directory.resolve("pid." + (connection + 1));
        process = spawn();
        await("new q-launch", () -> {
            if (!process.isAlive() && process.exitValue() == 5) {
                try {
                    process = spawn();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
            return Files.exists(expected);
        });
        connect();
    }

    static Token token() {
        return new Token(
                ThreadLocalRandom.current().nextLong(),
                ThreadLocalRandom.current().nextLong());
    }

    static void signal(String signal, long pid) throws IOException {
        int status = new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                .start()
                .onExit()
                .join()
                .exitValue();
        assertThat(status).as("kill -%s %d", signal, pid).isZero();
    }

    @Override
    public void close() throws IOException {
        raw().close();
        process.destroy();
        process.onExit().join();
    }
}
