package org.gpuq.blackbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.gpuq.blackbox.Sandbox.Result;
import org.gpuq.blackbox.Sandbox.Running;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What task-spooler does not survive, or does harm by: each of its faults that was seen, done to q. */
@Timeout(300)
class TspFaultIT {
    private Sandbox box;

    @BeforeEach
    void start() throws IOException {
        box = Sandbox.create();
        box.ok("printf '#!/bin/sh\\nwhile [ ! -e go ]; do sleep 0.02; done\\n' >gate; chmod +x gate");
    }

    @AfterEach
    void stop() throws IOException {
        box.ok("touch go");
        box.close();
    }

    private int queue(String words) {
        return Integer.parseInt(box.ok("q " + words));
    }

    private String word(int id) {
        return box.ok("q -s " + id);
    }

    private void untilRuns(int id) {
        Sandbox.until("job " + id + " runs", () -> word(id).equals("running"));
    }

    private void killTheDaemon() {
        long pid = box.daemon().number("pid");
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Sandbox.until("a new daemon", () -> {
            Result status = box.sh("q daemon status --json");
            return status.status() == 0 && Json.of(status.out()).get("daemon").number("pid") != pid;
        });
    }

    @Test
    void aKilledDaemonLosesNothingAndTheIdsGoOn() {
        int running = queue("sh -c './gate; exit 7'");
        int queued = queue("sh -c 'echo ran >ran'");
        untilRuns(running);
        killTheDaemon();
        assertThat(word(running)).isEqualTo("running");
        assertThat(word(queued)).isEqualTo("queued");
        assertThat(queue("true")).isEqualTo(queued + 1);
        box.ok("touch go");
        assertThat(box.sh("q -w " + running).status()).isEqualTo(7);
        assertThat(box.sh("q -w " + queued).status()).isZero();
        assertThat(box.text("ran")).isEqualTo("ran\n");
    }

    @Test
    void whoWaitsWhenTheDaemonIsKilledGoesOnWithTheNext() {
        untilRuns(queue("sh -c './gate; exit 7'"));
        box.ok("q -n sh -c 'echo said; echo wrong >&2' >said 2>wrong");
        Running foreground = box.start("exec q -nf sh -c 'echo here; exit 9'");
        Running stored = box.start("exec q -f sh -c 'exit 8'");
        Sandbox.until("both are queued", () -> box.sh("q -s 3").line().equals("queued"));
        Running waiter = box.start("exec q -w 0");
        Sandbox.until(
                "it waits",
                () -> box.processes().stream()
                        .anyMatch(process -> Sandbox.command(process).equals("q -w 0")));
        killTheDaemon();
        box.ok("q daemon stop");
        assertThat(box.ok("q -l").lines().filter(line -> line.contains("queued")))
                .hasSize(3);
        box.ok("touch go");
        assertThat(waiter.end()).isEqualTo(new Result(7, "", ""));
        assertThat(foreground.end()).isEqualTo(new Result(9, "here\n", ""));
        assertThat(stored.end().status()).isEqualTo(8);
        Sandbox.until(
                "the output is there",
                () -> box.text("said").equals("said\n") && box.text("wrong").equals("wrong\n"));
    }

    @Test
    void whoDoesNotComeToTheNextDaemonTakesTheJobAlong() {
        untilRuns(queue("./gate"));
        Running gone = box.start("exec q -nf true");
        Sandbox.until("it is queued", () -> box.sh("q -s 1").line().equals("queued"));
        ProcessHandle daemon = ProcessHandle.of(box.daemon().number("pid")).orElseThrow();
        ProcessHandle launcher =
                ProcessHandle.of(box.daemon().number("launcher_pid")).orElseThrow();
        launcher.destroyForcibly();
        daemon.destroyForcibly();
        gone.process().destroyForcibly();
        Sandbox.until("it is taken back", () -> box.sh("q -s 1").line().equals("skipped"));
        assertThat(word(0)).isEqualTo("running");
    }

    @Test
    void endingAQueueNeedsNoDaemon() {
        assertThat(box.sh("q -K")).isEqualTo(new Result(0, "", ""));
        assertThat(box.processes()).isEmpty();

        untilRuns(queue("./gate"));
        queue("true");
        box.ok("q daemon stop");
        Sandbox.until(
                "there is no daemon", () -> box.sh("flock -n queue/lock true").status() == 0);
        assertThat(box.sh("q -K")).isEqualTo(new Result(0, "", ""));
        assertThat(box.processes().stream().map(Sandbox::command))
                .noneMatch(command -> command.contains("org.gpuq.Main"));
        assertThat(box.ok("q -l | wc -l")).as("the queue is gone").isEqualTo("1");
        assertThat(queue("true")).isZero();
        assertThat(box.sh("q -w").status()).isZero();
        killTheDaemon();
        assertThat(word(0)).as("that was once").isEqualTo("finished");
    }

    @Test
    void tenThousandJobsWaitInLineWithoutAProcessEach() throws Exception {
        untilRuns(queue("sh -c 'touch up; exec ./gate'"));
        Sandbox.until("the job itself runs", () -> Files.exists(box.directory().resolve("up")));
        Set<Long> before = pids();
        byte[] request = request("true");
        try (ExecutorService clients = Executors.newFixedThreadPool(16)) {
            Callable<Integer> call = () -> exitStatus(request);
            for (Future<Integer> status : clients.invokeAll(Collections.nCopies(10_000, call))) {
                assertThat(status.get()).isZero();
            }
        }
        assertThat(box.ok("q -l | wc -l")).isEqualTo("10002");
        assertThat(word(10_000)).isEqualTo("queued");
        // A gate that waits has a sleep of its own, a new one each time it looks; nothing else has come.
        assertThat(pids()).isSubsetOf(before);
        assertThat(queue("true")).isEqualTo(10_001);
        box.ok("q -K");
    }

    /** Without what a gate sleeps by. */
    private Set<Long> pids() {
        return box.processes().stream()
                .filter(process -> !Sandbox.command(process).startsWith("sleep "))
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
    }

    /** What q sends for this command; thousands of q at once would be a test of the machine. */
    private static byte[] request(String command) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        frame(out, 1, new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 022});
        frame(out, 2, (command + "\0").getBytes(US_ASCII));
        frame(out, 3, "PATH=/usr/bin:/bin\0".getBytes(US_ASCII));
        frame(out, 4, "/".getBytes(US_ASCII));
        byte[] unlimited = new byte[16 * 16];
        Arrays.fill(unlimited, (byte) 0xff);
        frame(out, 5, unlimited);
        frame(out, 6, new byte[0]);
        return out.toByteArray();
    }

    private static void frame(ByteArrayOutputStream out, int type, byte[] payload) {
        out.writeBytes(
                ByteBuffer.allocate(5).put((byte) type).putInt(payload.length).array());
        out.writeBytes(payload);
    }

    /** Of the EXIT frame, which comes last. */
    private int exitStatus(byte[] request) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (SocketChannel daemon =
                SocketChannel.open(UnixDomainSocketAddress.of(box.queue().resolve("q.sock")))) {
            ByteBuffer out = ByteBuffer.wrap(request);
            while (out.hasRemaining()) {
                daemon.write(out);
            }
            ByteBuffer in = ByteBuffer.allocate(4096);
            while (!exited(answer.toByteArray()) && daemon.read(in.clear()) > 0) {
                answer.write(in.array(), 0, in.position());
            }
        }
        byte[] bytes = answer.toByteArray();
        assertThat(exited(bytes)).isTrue();
        return bytes[bytes.length - 1] & 0xff;
    }

    private static boolean exited(byte[] answer) {
        byte[] exit = {69, 0, 0, 0, 1};
        int at = answer.length - exit.length - 1;
        return at >= 0 && Arrays.equals(answer, at, at + exit.length, exit, 0, exit.length);
    }

    @Test
    void noSlotsAtAllAreAClearError() {
        Result result = box.sh("q -N 0 true");
        assertThat(result.status()).isEqualTo(255);
        assertThat(result.err()).startsWith("Error in the request: ").contains("at least 1");
        assertThat(result.out()).isEmpty();
        assertThat(box.sh("q -S 0").err()).isEqualTo("You should set at minimum 1 slot.\n");
        assertThat(queue("true")).isZero();
    }

    @Test
    void aRunningJobCannotBeMadeNext() {
        int running = queue("./gate");
        untilRuns(running);
        Result result = box.sh("q -u " + running);
        assertThat(result.status()).isEqualTo(255);
        assertThat(result.err())
                .startsWith("Error in the request: The job 0 cannot be urged.\n")
                .contains("running");
        assertThat(word(running)).isEqualTo("running");
    }

    @Test
    void aKilledClientTakesNothingWithIt() throws IOException {
        Running waiting = box.start("exec q -fL first sleep 100");
        Sandbox.until("it is queued", () -> waiting.out().equals("0\n"));
        waiting.process().destroyForcibly();
        assertThat(queue("true")).isEqualTo(1);
        assertThat(word(0)).isIn("running", "finished", "skipped");
        box.ok("q -k 0");
        assertThat(box.sh("q -w 1").status()).isZero();
    }

    @Test
    void halfAMessageHoldsUpNobody() throws IOException {
        box.ok("q -l");
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(box.queue().resolve("q.sock"));
        try (SocketChannel half = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            half.connect(address);
            half.write(ByteBuffer.wrap(new byte[] {2, 0, 0}));
            assertThat(queue("true")).isZero();
            assertThat(box.sh("q -w 0").status()).isZero();
        }
        long pid = box.daemon().number("pid");
        assertThat(box.ok("q -l | wc -l")).isEqualTo("2");
        assertThat(box.daemon().number("pid")).isEqualTo(pid);
    }

    @Test
    void whoWaitsForAJobThatIsRemovedIsTold() {
        untilRuns(queue("./gate"));
        int removed = queue("true");
        Running waiter = box.start("q -w " + removed);
        Running foreground = box.start("q -fL x true");
        Sandbox.until("it is queued", () -> foreground.out().equals("2\n"));
        Sandbox.until(
                "it waits",
                () -> box.processes().stream()
                                .filter(process -> Sandbox.command(process).startsWith("q -"))
                                .count()
                        >= 2);
        box.ok("q -r 1 2");
        for (Running told : new Running[] {waiter, foreground}) {
            Result result = told.end();
            assertThat(result.status()).isEqualTo(255);
            assertThat(result.err()).contains("cannot be waited", "removed");
        }
    }

    @Test
    void theNumberOfAnEndedJobsProcessIsNotSignalled() {
        int over = queue("true");
        box.ok("q -w " + over);
        Result result = box.sh("q -k " + over);
        assertThat(result.status()).isZero();
        assertThat(result.err()).contains("there is nothing to signal");
    }

    @Test
    void exitCodesGoTo255() {
        assertThat(box.sh("q -f sh -c 'exit 200'")).isEqualTo(new Result(200, "0\n", ""));
        assertThat(box.sh("q -f sh -c 'exit 255'").status()).isEqualTo(255);
        assertThat(box.ok("q -l")).contains(" 200      ", " 255      ").doesNotContain(" -56");
        assertThat(box.ok("q -i 0")).startsWith("Exit status: died with exit code 200\n");
    }

    @Test
    void aNewlineInACommandDoesNotBreakTheList() {
        box.ok("q -f -L $'two\\nlines' sh -c $'true\\n\\033[31mfalse' && true; q -w; q -l >list");
        assertThat(box.text("list").lines()).hasSize(2);
        assertThat(box.text("list")).contains("[two\\nlines]sh -c true\\n\\x1b[31mfalse\n");
    }
}
