package org.gpuq;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether what the daemon stands on is still there: its state directory, and its socket. Somebody may have removed
 * or replaced them, and then nobody can reach it, or another daemon takes up its work in the new ones.
 */
final class Footing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Footing.class);
    private static final long PAUSE_MILLIS = 1_000;

    private final Path state;
    private final Path socket;
    private final Optional<Object> stateThen;
    private final Optional<Object> socketThen;
    private final Lost lost;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("footing").factory());

    /** What to do about it; called once. */
    interface Lost {
        void state();

        void socket();
    }

    /** @param state and {@code socket} are there now */
    Footing(Path state, Path socket, Lost lost) throws IOException {
        this.state = state;
        this.socket = socket;
        this.lost = lost;
        this.stateThen = identity(state);
        this.socketThen = identity(socket);
    }

    void start() {
        ScheduledFuture<?> _ = thread.scheduleWithFixedDelay(this::look, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            if (!identity(state).equals(stateThen)) {
                LOG.error(
                        "The directory {} is not there any more, or another one is in its place. This daemon ends; jobs"
                                + " that run go on, and nobody will know how they end",
                        state);
                thread.shutdown();
                lost.state();
            } else if (!identity(socket).equals(socketThen)) {
                LOG.warn("The socket {} is not there any more, or another one is in its place: starting anew", socket);
                thread.shutdown();
                lost.socket();
            }
        } catch (IOException e) {
            LOG.warn("Whether {} is still there cannot be told: {}", state, e.getMessage());
        }
    }

    /** Empty when there is nothing. */
    private static Optional<Object> identity(Path path) throws IOException {
        try {
            return Optional.of(Files.readAttributes(path, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
