package org.gpuq;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at how much room the disk has, so that nothing starts on one that is about to be full. What runs goes on, and so
 * does the queue when there is room again. Looks on a thread of its own: a file system may hang.
 */
final class SpaceGuard implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpaceGuard.class);
    private static final long PAUSE_MILLIS = 1_000;
    private static final int MIB = 20;

    private final List<Path> directories;
    private final long leastBytes;
    private final Consumer<Optional<String>> changed;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("space").factory());
    private Optional<Optional<String>> told = Optional.empty();

    /**
     * @param leastBytes what has to be free on the file system of each of the directories; 0: anything will do
     * @param changed is told why nothing should start, or that it may: at first, and at each change
     */
    SpaceGuard(List<Path> directories, long leastBytes, Consumer<Optional<String>> changed) {
        this.directories = List.copyOf(directories);
        this.leastBytes = leastBytes;
        this.changed = changed;
    }

    void start() {
        ScheduledFuture<?> _ = thread.scheduleWithFixedDelay(this::look, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            Optional<String> shortage = shortage();
            if (!told.equals(Optional.of(shortage))) {
                told = Optional.of(shortage);
                shortage.ifPresent(LOG::warn);
                changed.accept(shortage);
            }
        } catch (IOException e) {
            LOG.warn("How much room is left on the disk cannot be told: {}", e.getMessage());
        }
    }

    /** Once it is short, an eighth more has to be free before things go on, so that they do not stop and go by turns. */
    private Optional<String> shortage() throws IOException {
        boolean isShort = told.flatMap(last -> last).isPresent();
        long least = leastBytes + (isShort ? leastBytes / 8 : 0);
        for (Path directory : directories) {
            if (Files.getFileStore(directory).getUsableSpace() < least) {
                return Optional.of("the disk of " + directory + " has less than " + (leastBytes >> MIB)
                        + " MiB left (disk.min_free): nothing starts until it has more");
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
