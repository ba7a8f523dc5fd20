package org.gpuq.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.newsclub.net.unix.AFUNIXServerSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;

@Timeout(60)
final class OutboxTest {
    private static final byte[] FRAME = new byte[4096];

    @TempDir
    private Path directory;

    @Test
    void aClientThatLeavesWhileSomethingIsQueuedBreaksOnlyItsOwnConnection() throws Exception {
        var address = AFUNIXSocketAddress.of(directory.resolve("socket"));
        try (var server = AFUNIXServerSocketChannel.open()) {
            server.bind(address);
            var client = AFUNIXSocketChannel.open();
            client.connect(address);
            try (AFUNIXSocketChannel channel = server.accept()) {
                channel.configureBlocking(false);
                var outbox = new Outbox(channel, () -> {});
                while (!outbox.hasQueued()) {
                    outbox.send(FRAME);
                }
                client.close();

                outbox.flush();

                assertThat(outbox.broken()).isTrue();
                assertThat(outbox.hasQueued()).isFalse();
            }
        }
    }
}
