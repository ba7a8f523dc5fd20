package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gpuq.blackbox.Sandbox.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What one user may take of the machine's daemon: each limit says so in words, and is nobody else's. */
class SharedLimitsIT {
    private static final int FAILED = 1;
    private static final int KIB = 1024;

    private static SharedBox box;

    @BeforeAll
    static void open() throws IOException {
        box = SharedBox.create("""
                queued_per_user = 3
                gpus_per_user = 1
                [logs]
                max_size = "64KiB"
                [cancel]
                grace = "1s"
                [jobs]
                slots = 2
                [control]
                connections_per_user = 8
                request_size = "64KiB"
                request_size_per_user = "100KiB"
                request_time = "3s"
                stall_time = "3s"
                """, 2);
    }

    @AfterAll
    static void close() throws IOException {
        if (box != null) {
            box.close();
        }
    }

    @AfterEach
    void nothingIsLeftForTheNext() {
        box.as("root", "q cancel $(q list --live | sed 1d | cut -f 1)");
        Sandbox.until(
                "all is over",
                () -> box.as("root", "q list --live | sed 1d").out().isEmpty());
    }

    @Test
    void soManyJobsMayWait() {
        int first = box.run("ann", "sleep 1000");
        for (int i = 0; i < 3; i++) {
            box.run("ann", "--after " + first + " true");
        }

        Result fourth = box.as("ann", "q run --after " + first + " true");

        assertThat(fourth.status()).isEqualTo(FAILED);
        assertThat(fourth.err()).contains("3 of your jobs wait already", "shared.queued_per_user");
        box.run("ben", "--after " + first + " true");
    }

    @Test
    void soManyGpusMayBeHeld() {
        int first = box.run("ann", "--gpu sleep 1000");
        int second = box.run("ann", "--gpu sleep 1000");
        int others = box.run("ben", "--gpu sleep 1000");

        box.untilState(first, "running");
        box.untilState(others, "running");
        assertThat(box.job(second).text("state")).isEqualTo("queued");
        for (String look : new String[] {"q list", "q why " + second, "q show " + second, "q list --json"}) {
            assertThat(box.ok("ben", look)).as(look).contains("its user has 1 of the 1 that one user gets at once");
        }
        Result two = box.as("ann", "q run --gpu=2 true");
        assertThat(two.status()).isEqualTo(FAILED);
        assertThat(two.err()).contains("one user gets 1 GPU at once here", "shared.gpus_per_user");
    }

    @Test
    void anOutputMayBecomeSoLarge() {
        int job = box.run("ann", "sh -c 'yes | head -c 1000000'");
        box.as("ann", "q wait " + job);

        String output = box.as("ann", "q logs " + job).out();

        assertThat(output.length()).isBetween(64 * KIB, 65 * KIB);
        assertThat(output).endsWith("gpuq: the output is cut off here: it is longer than 65536 bytes\n");
    }

    @Test
    void soManyConnectionsMayBeOpen() throws IOException {
        try (Held held = hold("silent", 8)) {
            Result ninth = box.as("ann", "q list");
            assertThat(ninth.status()).isEqualTo(FAILED);
            assertThat(ninth.err()).contains("You have 8 connections to the daemon open, all that one user gets.");
            assertThat(box.as("ben", "q list").status()).isZero();
            // Who says nothing is not waited for.
            Sandbox.until("they are closed", () -> held.said("closed 8"));
        }
        assertThat(box.as("ann", "q list").status()).isZero();
    }

    @Test
    void aCallMayBeSoLarge() {
        Result large = box.as("ann", "X=$(head -c 70000 /dev/zero | tr \"\\0\" x) && export X && q run true");
        assertThat(large.status()).isEqualTo(FAILED);
        assertThat(large.err()).contains("The call is too large", "65536 bytes", "control.request_size");
        assertThat(box.as("ben", "q list").status()).isZero();
    }

    @Test
    void callsMayBeSoLargeTogether() throws IOException {
        try (Held held = hold("half", 2)) {
            Result third = box.as("ann", "X=$(head -c 30000 /dev/zero | tr \"\\0\" x) && export X && q run true");
            assertThat(third.status()).isEqualTo(FAILED);
            assertThat(third.err()).contains("Your calls that are under way are too large together");
            assertThat(box.as("ben", "X=$(head -c 30000 /dev/zero | tr \"\\0\" x) && export X && q run true")
                            .status())
                    .isZero();
            Sandbox.until("they are closed", () -> held.said("closed 2"));
        }
    }

    /** Who asks and then reads nothing is dropped; nobody waits for it meanwhile. */
    @Test
    void whoReadsNothingIsDropped() throws IOException {
        for (int i = 0; i < 20; i++) {
            int job = Integer.parseInt(box.ok("ben", "q run -L $(head -c 50000 /dev/zero | tr \"\\0\" y) true"));
            box.as("ben", "q wait " + job);
        }
        try (Held held = hold("deaf", 4)) {
            assertThat(box.output("ben", box.run("ben", "echo undisturbed"))).isEqualTo("undisturbed");
            Sandbox.until("they are dropped", () -> held.said("closed 4"));
        }
        box.as("ben", "q -C");
    }

    /** Connections of ann's that are held open. */
    private record Held(Process process, Path out) implements AutoCloseable {
        boolean said(String what) {
            return SharedBox.read(out).contains(what);
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /** @param how {@code silent}, {@code half} of a call, or {@code deaf} after the call */
    private static Held hold(String how, int count) throws IOException {
        Path script = box.root().resolve("hold.py");
        Files.writeString(script, """
                import select, socket, struct, sys, time
                def frame(kind, payload):
                    return struct.pack('>BI', kind, len(payload)) + payload
                hello = frame(1, struct.pack('>BBHHI', 1, 0, 0, 0, 0o22))
                call = (hello + frame(2, b'list\\0--json\\0') + frame(3, b'') + frame(4, b'/')
                        + frame(5, b'\\xff' * 256) + frame(6, b''))
                half = hello + frame(3, b'X=' + b'x' * 40000 + b'\\0')
                words = {'silent': b'', 'half': half, 'deaf': call}[sys.argv[1]]
                held = []
                for i in range(int(sys.argv[2])):
                    s = socket.socket(socket.AF_UNIX)
                    s.connect('/run/gpuq/q.sock')
                    s.sendall(words)
                    held.append(s)
                time.sleep(0.5)
                print('held', flush=True)
                closed = 0
                poll = select.poll()
                for s in held:
                    poll.register(s, 0)
                while closed < len(held):
                    for fd, event in poll.poll():
                        closed += 1
                        poll.unregister(fd)
                print('closed', closed, flush=True)
                time.sleep(1000)
                """);
        Path out = box.root().resolve("hold.out");
        Files.deleteIfExists(out);
        Process process = box.begin("ann", "exec python3 " + script + " " + how + " " + count, out, out);
        Held held = new Held(process, out);
        Sandbox.until("they are open", () -> held.said("held") || !process.isAlive());
        assertThat(process.isAlive()).as(SharedBox.read(out)).isTrue();
        return held;
    }
}
