package org.gpuq.daemon.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.daemon.port.ForegroundEvent;
import org.gpuq.daemon.port.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ControlServerTest {

    private static final ControlLimits LIMITS = ControlLimits.DEFAULT;
    private static final ControlLimits HASTY =
            new ControlLimits(8, 6, 16 << 20, 20 << 20, Duration.ofMillis(200), Duration.ofMillis(300));

    @TempDir
    private Path directory;

    private final ScriptedHandler handler = new ScriptedHandler();

    private Path socket() {
        return directory.resolve("q.sock");
    }

    private ControlServer server(ControlLimits limits) throws IOException {
        return ControlServer.open(socket(), new Admission.OnlyUser(uid()), limits, handler);
    }

    private static int uid() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self/task"), "unix:uid");
    }

    private void assertThatItAnswers() throws IOException {
        try (var client = new RawClient(socket())) {
            assertThat(client.send(RawClient.request("echo", "still here"))
                            .receive()
                            .text())
                    .isEqualTo("still here");
        }
    }

    @Test
    void answersACallWithItsOutputAndStatus() throws Exception {
        try (var _ = server(LIMITS);
                var client = new RawClient(socket())) {
            List<RawClient.Frame> answer =
                    client.send(RawClient.request("echo", "hello")).answer();

            assertThat(answer).hasSize(2);
            assertThat(answer.getFirst().type()).isEqualTo(64);
            assertThat(answer.getFirst().text()).isEqualTo("hello");
            assertThat(answer.getLast().bytes()).containsExactly(7);
        }
    }

    @Test
    void sleepsWhileNothingHappens() throws Exception {
        try (var _ = server(LIMITS)) {
            assertThatItAnswers();
            Thread.sleep(600); // the answered client's deadline is looked after by then
            Duration before = cpuTimeOfThisProcess();
            Thread.sleep(1000);

            // A thread that spins takes all of a second; what else runs in this process takes next to nothing.
            assertThat(cpuTimeOfThisProcess().minus(before)).isLessThan(Duration.ofMillis(300));
        }
    }

    private static Duration cpuTimeOfThisProcess() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }

    @Test
    void knowsTheCallerByNameFromTheKernelsNumber() throws Exception {
        try (var _ = server(LIMITS);
                var client = new RawClient(socket())) {
            assertThat(client.send(RawClient.request("user")).receive().text())
                    .isEqualTo(Files.getOwner(Path.of("/proc/self/task")).getName());
        }
    }

    @Test
    void keepsEveryByteOfTheRequest() throws Exception {
        byte[] all = new byte[255];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) (i + 1);
        }
        try (var _ = server(LIMITS);
                var client = new RawClient(socket())) {
            client.send(RawClient.request("echo".getBytes(UTF_8), all));

            assertThat(client.receive().bytes()).isEqualTo(all);
            Request request = handler.requests.take();
            assertThat(request.arguments()).last().isEqualTo(RawBytes.of(all));
            assertThat(request.environment()).containsExactly(new RawBytes("A=1"), new RawBytes("B=\u00e9"));
            assertThat(request.directory()).isEqualTo(RawBytes.utf8("/some/where"));
            assertThat(request.umask()).isEqualTo(022);
            assertThat(request.limits()).hasSize(16);
            assertThat(request.terminal().stdout()).isTrue();
            assertThat(request.terminal().stdin()).isFalse();
            assertThat(request.terminal().columns()).isEqualTo(80);
        }
    }

    @Test
    void takesAnArgumentOfOneMegabyte() throws Exception {
        byte[] large = new byte[1 << 20];
        new Random(1).nextBytes(large);
        for (int i = 0; i < large.length; i++) {
            large[i] = large[i] == 0 ? 1 : large[i];
        }
        try (var _ = server(LIMITS);
                var client = new RawClient(socket())) {
            client.send(RawClient.request("echo".getBytes(UTF_8), large));

            byte[] echoed = new byte[large.length];
            for (int at = 0; at < echoed.length; ) {
                byte[] part = client.receive().bytes();
                System.arraycopy(part, 0, echoed, at, part.length);
                at += part.length;
            }
            assertThat(Arrays.equals(echoed, large)).isTrue();
        }
    }

    @Test
    void putsARequestTogetherFromSingleBytes() throws Exception {
        try (var _ = server(LIMITS);
                var client = new RawClient(socket())) {
            for (byte b : RawClient.request("echo", "slowly")) {
                client.send(new byte[] {b});
            }
            assertThat(client.receive().text()).isEqualTo("slowly");
        }
    }

    @Test
    void closesAConnectionThatSendsWhatIsNotInTheProtocol() throws Exception {
        byte[] hello = RawClient.hello();
        var bad = List.of(
                RawClient.frame(99),
                RawClient.frame(2), // before HELLO
                RawClient.frame(1, (byte) 9), // short
                joined(hello, hello),
                joined(hello, RawClient.frame(2, (byte) 'a')), // no NUL
                joined(hello, RawClient.frame(5, (byte) 1)), // a part of a limit
                joined(hello, RawClient.frame(6)), // GO too early
                joined(hello, RawClient.frame(7, new byte[4])), // a report without a request
                joined(hello, RawClient.frame(10, "no token\0".getBytes(UTF_8))),
                joined(hello, new byte[] {2, 0x7f, -1, -1, -1}), // 2 GiB
                joined(hello, new byte[] {2, -1, -1, -1, -1}), // 4 GiB
                joined(RawClient.request("wait"), RawClient.frame(7, new byte[2000])),
                joined(RawClient.request("wait"), RawClient.frame(7, new byte[3])),
                joined(RawClient.request("wait"), hello));
        try (var _ = server(LIMITS)) {
            for (byte[] bytes : bad) {
                try (var client = new RawClient(socket())) {
                    assertThat(client.send(bytes).isClosed()).isTrue();
                }
                assertThatItAnswers();
            }
        }
    }

    @Test
    void survivesRandomBytesAndBrokenRequests() throws Exception {
        long seed = 20261123;
        var random = new Random(seed);
        try (var _ = server(LIMITS)) {
            for (int round = 0; round < 4000; round++) {
                byte[] bytes = RawClient.request("echo", "x");
                if (round % 2 == 0) {
                    bytes = new byte[random.nextInt(200)];
                    random.nextBytes(bytes);
                } else {
                    for (int flips = random.nextInt(6); flips >= 0; flips--) {
                        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                    }
                    bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
                }
                try (var client = new RawClient(socket())) {
                    client.send(bytes);
                } catch (IOException e) {
                    assertThat(e).hasMessageMatching("Broken pipe|Connection reset.*"); // it hung up first
                }
            }
            assertThatItAnswers();
        }
    }

    @Test
    void dropsASilentAndAHalfSentRequestInTime() throws Exception {
        try (var _ = server(HASTY);
                var silent = new RawClient(socket());
                var half = new RawClient(socket())) {
            half.send(Arrays.copyOf(RawClient.request("echo", "x"), 30));

            assertThat(silent.isClosed()).isTrue();
            assertThat(half.isClosed()).isTrue();
            assertThatItAnswers();
        }
    }

    @Test
    void dropsAReaderThatTakesNothingAndServesOthersMeanwhile() throws Exception {
        try (var _ = server(HASTY);
                var slow = new RawClient(socket())) {
            slow.send(RawClient.request("flood"));
            assertThatItAnswers();
            handler.requests.take();
            TimeUnit.NANOSECONDS.sleep(
                    HASTY.stallTime().multipliedBy(4).toNanos()); // time has to pass: that is the test

            assertThat(slow.isClosed()).isTrue();
            assertThatItAnswers();
        }
    }

    @Test
    void aReaderThatTakesItsTimeGetsEverything() throws Exception {
        try (var _ = server(LIMITS);
                var client = new RawClient(socket())) {
            client.send(RawClient.request("flood"));
            long total = 0;
            for (RawClient.Frame frame : client.answer()) {
                total += frame.bytes().length;
            }
            assertThat(total).isEqualTo((64L << 20) + 1);
        }
    }

    @Test
    void refusesOneConnectionTooMany() throws Exception {
        var open = new ArrayList<RawClient>();
        try (var _ = server(HASTY)) {
            for (int i = 0; i < HASTY.connectionsPerUser(); i++) {
                open.add(new RawClient(socket()).send(RawClient.request("wait")));
                handler.requests.take();
            }
            try (var client = new RawClient(socket())) {
                List<RawClient.Frame> answer = client.answer();
                assertThat(answer.getFirst().type()).isEqualTo(65);
                assertThat(answer.getFirst().text()).contains("6 connections");
            }
            open.removeFirst().close();
            assertThat(handler.events.take()).isInstanceOf(ForegroundEvent.Gone.class);
            assertThatItAnswers();
        } finally {
            for (RawClient client : open) {
                client.close();
            }
        }
    }

    @Test
    void holdsManyConnections() throws Exception {
        var open = new ArrayList<RawClient>();
        try (var _ = server(LIMITS)) {
            for (int i = 0; i < 200; i++) {
                open.add(new RawClient(socket()).send(RawClient.request("wait")));
            }
            assertThatItAnswers();
            for (RawClient client : open) {
                client.send(RawClient.frame(7, (byte) 0, (byte) 0, (byte) 1, (byte) 2));
            }
            for (RawClient client : open) {
                assertThat(client.answer().getLast().bytes()).containsExactly(7);
            }
            assertThat(handler.events).hasSize(200).containsOnly(new ForegroundEvent.Started(258));
        } finally {
            for (RawClient client : open) {
                client.close();
            }
        }
    }

    @Test
    void refusesOtherUsersWithASentence() throws Exception {
        try (var _ = ControlServer.open(socket(), new Admission.OnlyUser(uid() + 1), LIMITS, handler);
                var client = new RawClient(socket())) {
            List<RawClient.Frame> answer = client.answer();

            assertThat(answer.getFirst().type()).isEqualTo(65);
            assertThat(answer.getFirst().text()).contains("another user");
            assertThat(answer.getLast().bytes()).containsExactly(4);
            assertThat(handler.requests).isEmpty();
        }
    }

    @Test
    void resumesAForegroundJob() throws Exception {
        var token = new Token(0x0123456789abcdefL, -2);
        try (var _ = server(LIMITS);
                var client = new RawClient(socket())) {
            client.send(RawClient.hello())
                    .send(RawClient.frame(10, (token + "\0").getBytes(UTF_8)))
                    .send(RawClient.frame(8, new byte[28]));

            assertThat(client.receive().text()).isEqualTo(token.toString());
            assertThat(client.receive().bytes()).containsExactly(8);
            assertThat(handler.events.take()).isEqualTo(new ForegroundEvent.Ended(0, Duration.ZERO, Duration.ZERO, 0));
        }
    }

    @Test
    void aCommandThatFailsInsideIsAnswered() throws Exception {
        try (var _ = server(LIMITS);
                var client = new RawClient(socket())) {
            List<RawClient.Frame> answer =
                    client.send(RawClient.request("fail")).answer();
            assertThat(answer.getFirst().text()).contains("log");
            assertThat(answer.getLast().bytes()).containsExactly(1);
        }
    }

    @Test
    void closingInterruptsCallsAndRemovesTheSocket() throws Exception {
        ControlServer server = server(LIMITS);
        try (var client = new RawClient(socket())) {
            client.send(RawClient.request("wait"));
            handler.requests.take();
            server.close();

            assertThat(handler.interrupted.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(client.isClosed()).isTrue();
            assertThat(socket()).doesNotExist();
        }
    }

    private static byte[] joined(byte[]... parts) {
        return Frames.joined(List.of(parts));
    }

    private static byte[] captured(int bytes) {
        return RawClient.frame(12, new byte[bytes]);
    }

    @Test
    void aCommandsOutputIsTakenOnceAndWithinBounds() throws Exception {
        try (var _ = server(LIMITS)) {
            try (var client = new RawClient(socket())) {
                client.send(RawClient.request("wait")).send(captured(1 + (64 << 10)));
                assertThat(handler.events.poll(30, TimeUnit.SECONDS))
                        .isEqualTo(new ForegroundEvent.Captured(new RawBytes("\0".repeat(64 << 10)), false));
            }
            for (byte[] wrong : List.of(captured(0), captured(2 + (64 << 10)))) {
                try (var client = new RawClient(socket())) {
                    client.send(RawClient.request("wait")).send(wrong);
                    assertThat(client.isClosed()).isTrue();
                    assertThat(handler.events.poll(30, TimeUnit.SECONDS)).isEqualTo(new ForegroundEvent.Gone());
                }
            }
            try (var client = new RawClient(socket())) {
                client.send(RawClient.request("wait twice")).send(captured(5)).send(captured(5));
                assertThat(client.isClosed()).isTrue();
            }
            assertThatItAnswers();
        }
    }

    @Test
    void aClientThatTheDaemonLeavesIsNotGone() throws Exception {
        ControlServer server = server(LIMITS);
        try (var client = new RawClient(socket())) {
            client.send(RawClient.request("watch"));
            handler.requests.take();
            server.close();
            assertThat(client.isClosed()).isTrue();
        }
        assertThat(handler.interrupted.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(handler.events).isEmpty();
    }
}
