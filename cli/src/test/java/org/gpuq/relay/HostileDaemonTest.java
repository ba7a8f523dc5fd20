package org.gpuq.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** q built with the sanitizers, and a daemon that sends broken frames. */
@Timeout(300)
class HostileDaemonTest {

    private static final int ROUNDS = 250;

    @TempDir
    private Path directory;

    @Test
    void nothingThatADaemonSendsBreaksIt() throws Exception {
        long seed = 20261123;
        var random = new Random(seed);
        var relay = new Relay(directory, Relay.SANITIZED);
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(relay.socket()));
            server.configureBlocking(false);
            for (int round = 0; round < ROUNDS; round++) {
                Process q = relay.start("exec timeout 20 $Q list");
                serve(server, q, answer(random));
                Relay.Result result = relay.finish(q);
                assertThat(result.err())
                        .as("round %d of seed %d", round, seed)
                        .doesNotContain("Sanitizer", "runtime error");
            }
        }
    }

    /** A q that asks once more, as it is told to by some frames or for its job, is sent away with an EXIT. */
    private static void serve(ServerSocketChannel server, Process q, byte[] answer) throws Exception {
        byte[] next = answer;
        while (q.isAlive()) {
            try (SocketChannel client = server.accept()) {
                if (client == null) {
                    Thread.sleep(2);
                } else {
                    byte[] now = next;
                    next = frame(69, new byte[1]);
                    client.write(ByteBuffer.wrap(now));
                }
            } catch (IOException e) {
                assertThat(e).hasMessageMatching("Broken pipe|Connection reset.*"); // it had seen enough
            }
        }
    }

    private static byte[] answer(Random random) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (int frames = random.nextInt(5); frames >= 0; frames--) {
            bytes.write(frame(random));
        }
        byte[] answer = bytes.toByteArray();
        for (int flips = random.nextInt(4); flips > 0; flips--) {
            answer[random.nextInt(answer.length)] = (byte) random.nextInt();
        }
        return Arrays.copyOf(answer, random.nextInt(2) == 0 ? answer.length : random.nextInt(answer.length) + 1);
    }

    private static byte[] frame(Random random) throws IOException {
        byte[] noise = new byte[random.nextInt(40)];
        random.nextBytes(noise);
        return switch (random.nextInt(12)) {
            case 0 -> frame(64, noise);
            case 1 -> frame(65, "text".getBytes(UTF_8));
            case 2 ->
                frame(
                        66,
                        concat(
                                new byte[1],
                                ByteBuffer.allocate(8)
                                        .putLong(random.nextLong())
                                        .array(),
                                "/etc/passwd".getBytes(UTF_8)));
            case 3 -> frame(67);
            case 4 -> frame(68, noise); // random: names no program
            case 5 ->
                frame(
                        68,
                        concat(frame(1, new byte[16]), frame(2, "/nonexistent\0a\0".getBytes(UTF_8)), frame(3, noise)));
            case 6 -> frame(70, noise);
            case 7 -> frame(73); // go to the background
            case 8 -> frame(random.nextBoolean() ? 71 : 74);
            case 9 -> frame(75, concat(new byte[3], noise)); // a small bound, and hardly ever a program
            case 10 -> frame(76, concat(noise, new byte[random.nextInt(2)]));
            default -> frame(random.nextInt(256), noise);
        };
    }

    private static byte[] frame(int type, byte... payload) {
        return ByteBuffer.allocate(5 + payload.length)
                .put((byte) type)
                .putInt(payload.length)
                .put(payload)
                .array();
    }

    private static byte[] concat(byte[]... parts) throws IOException {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.write(part);
        }
        return all.toByteArray();
    }
}
