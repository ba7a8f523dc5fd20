package org.gpuq.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that are not q harm nobody but themselves. */
@Timeout(120)
class SocketIT {
    private static final int SEED = 20_261_123;

    private static Sandbox box;

    @BeforeAll
    static void start() throws IOException {
        box = Sandbox.create();
        box.configure("[control]\nrequest_time = \"1s\"");
        box.run("true");
    }

    @AfterAll
    static void stop() throws IOException {
        box.close();
    }

    private static SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(box.queue().resolve("q.sock")));
    }

    private static void assertOthersAreServed() {
        long pid = box.daemon().number("pid");
        assertThat(box.sh("q wait " + box.run("true")).status()).isZero();
        assertThat(box.daemon().number("pid")).isEqualTo(pid);
    }

    private static boolean hungUp(SocketChannel channel) {
        try {
            ByteBuffer into = ByteBuffer.allocate(4096);
            while (channel.read(into.clear()) > 0) {
                // An error's text may come first.
            }
            return true;
        } catch (IOException e) {
            return true; // reset
        }
    }

    @Test
    void halfAFrameAndSilenceAreDroppedInTime() throws IOException {
        try (SocketChannel half = connect();
                SocketChannel silent = connect()) {
            half.write(ByteBuffer.wrap(new byte[] {2, 0, 0, 1}));
            assertOthersAreServed();
            assertThat(hungUp(half)).isTrue();
            assertThat(hungUp(silent)).isTrue();
        }
        assertOthersAreServed();
    }

    @Test
    void randomBytesEndTheirConnectionAlone() throws IOException {
        Random random = new Random(SEED);
        for (int i = 0; i < 50; i++) {
            byte[] bytes = new byte[1 + random.nextInt(2000)];
            random.nextBytes(bytes);
            try (SocketChannel channel = connect()) {
                channel.write(ByteBuffer.wrap(bytes));
            } catch (IOException e) {
                // The daemon may hang up while we write.
            }
        }
        assertOthersAreServed();
    }

    @Test
    void aFrameThatClaimsToBeHugeIsRefusedAtOnce() throws IOException {
        try (SocketChannel channel = connect()) {
            channel.write(ByteBuffer.wrap(new byte[] {2, 127, -1, -1, -1}));
            assertThat(hungUp(channel)).isTrue();
        }
        assertOthersAreServed();
    }

    @Test
    void aCrowdOfSilentOnesLeavesRoomAgain() throws IOException {
        List<SocketChannel> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                crowd.add(connect());
            }
            assertOthersAreServed();
        } finally {
            for (SocketChannel channel : crowd) {
                channel.close();
            }
        }
        assertOthersAreServed();
    }
}
