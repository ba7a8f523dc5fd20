package org.gpuq;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.GpuWish;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.View;
import org.gpuq.core.model.User;
import org.gpuq.daemon.port.Observer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file with a line for each thing that somebody did to what is not theirs: to others' jobs, or to the machine. Lines are
 * only ever added. Whoever did it does not wait for the disk: the line is written right after.
 */
final class Audit implements Observer {
    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);

    /** So many may wait for a disk that is full. */
    private static final int MOST_WAITING = 10_000;

    private static final String END = "";

    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>(MOST_WAITING);
    private final AtomicLong lost = new AtomicLong();
    private final Optional<FileChannel> file;
    private final Optional<Thread> writer;
    private volatile boolean closing;

    private Audit(Optional<FileChannel> file) {
        this.file = file;
        this.writer =
                file.map(channel -> Thread.ofPlatform().daemon().name("audit").start(() -> write(channel)));
    }

    /** @throws IOException when the file cannot be written */
    static Audit to(Path path) throws IOException {
        return new Audit(Optional.of(FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))));
    }

    /** For a daemon that serves its own user alone. */
    static Audit none() {
        return new Audit(Optional.empty());
    }

    @Override
    public void happened(Event event, View before, View after) {}

    @Override
    public void granted(Input.Wish wish, State before, State after) {
        note(wish.by(), AuditWords.of(wish, before, after));
    }

    @Override
    public void granted(GpuWish wish) {
        note(wish.by(), List.of(AuditWords.of(wish)));
    }

    void stopped(User by) {
        note(by, List.of("stop the daemon"));
    }

    private void note(User by, List<String> deeds) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        for (String deed : deeds) {
            if (file.isPresent() && !lines.offer(now + " " + AuditWords.who(by) + " " + deed + "\n")) {
                lost.incrementAndGet();
            }
        }
    }

    private void write(FileChannel channel) {
        try {
            for (String line = lines.take(); !line.equals(END); line = lines.take()) {
                keepTrying(channel, line);
                long missing = lost.getAndSet(0);
                if (missing > 0) {
                    keepTrying(channel, Instant.now() + " - " + missing + " lines are missing here\n");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A disk that is full has room again one day. */
    private void keepTrying(FileChannel channel, String line) throws InterruptedException {
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(UTF_8));
        boolean told = false;
        while (bytes.hasRemaining() && !(told && closing)) {
            try {
                channel.write(bytes);
            } catch (IOException e) {
                if (!told) {
                    LOG.error("The audit log cannot be written: {}", e.getMessage());
                }
                told = true;
                TimeUnit.SECONDS.sleep(1);
            }
        }
    }

    void close() throws IOException, InterruptedException {
        closing = true;
        if (writer.isPresent() && file.isPresent()) {
            lines.put(END);
            writer.get().join();
            file.get().force(false);
            file.get().close();
        }
    }
}
