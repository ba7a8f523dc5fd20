package org.gpuq.daemon.control;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.gpuq.core.model.User;
import org.gpuq.daemon.port.Caller;
import org.gpuq.daemon.port.CommandHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs each call on a virtual thread of its own. Thread-safe. */
final class Calls {

    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);
    private static final int FAILED = 1;

    private final CommandHandler handler;
    private final UserNames names = new UserNames();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("call-", 1).factory());

    Calls(CommandHandler handler) {
        this.handler = handler;
    }

    /** Carries a call out, or turns it away when no calls are taken any more. */
    void begin(Connection connection, Opening opening) {
        try {
            run(connection, opening);
        } catch (RejectedExecutionException e) {
            LOG.debug("a call of uid {} came too late", connection.peer().uid(), e);
            connection.outbox().finish(Frames.frame(Frames.AGAIN));
        }
    }

    private void run(Connection connection, Opening opening) {
        Peer peer = connection.peer();
        Outbox outbox = connection.outbox();
        Reports reports = connection.reports();
        threads.execute(() -> {
            try {
                var user = new User(peer.uid(), peer.gid(), names.of(peer.uid(), peer.pid()));
                var client = new ConnectedClient(new Caller(user, peer.pid()), outbox, reports);
                outbox.finish(Frames.frame(Frames.EXIT, (byte) answer(client, opening)));
            } catch (InterruptedException e) {
                // The daemon stops. Without an exit status the client knows that, and one with a foreground job
                // comes back to the next daemon.
                LOG.debug("a call of uid {} was cut off by the daemon's end", peer.uid());
            }
        });
    }

    private int answer(ConnectedClient client, Opening opening) throws InterruptedException {
        try {
            return switch (opening) {
                case Opening.Call call -> handler.run(client, call.request());
                case Opening.Resumption resumption -> handler.resume(client, resumption.token());
            };
        } catch (RuntimeException e) {
            LOG.error("a command failed", e);
            client.err("q: The daemon failed inside; its log says more.\n".getBytes(StandardCharsets.UTF_8));
            return FAILED;
        }
    }

    /** Lets the calls end by themselves for {@code grace}, then interrupts them. */
    void stop(Duration grace) throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
            threads.shutdownNow();
            if (!threads.awaitTermination(1, TimeUnit.SECONDS)) {
                LOG.warn("a command does not heed its interruption");
            }
        }
    }
}
