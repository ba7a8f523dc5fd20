package org.gpuq;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.View;
import org.gpuq.core.job.End;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.User;
import org.gpuq.daemon.port.Observer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file with a line for each time that somebody ended another's job: when, who, what, which job, whose. */
final class Audit implements Observer {
    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);
    private static final String END = "";

    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final FileChannel file;
    private final Thread writer;

    private Audit(FileChannel file) {
        this.file = file;
        this.writer = Thread.ofPlatform().daemon().name("audit").start(this::write);
    }

    /** @throws IOException when the file cannot be written */
    static Audit to(Path path) throws IOException {
        return new Audit(FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
    }

    @Override
    public void happened(Event event, View before, View after) {
        if (event instanceof Event.CancelRequested cancel) {
            note(cancel.at(), cancel.by(), cancel.job(), after);
        } else if (event instanceof Event.Ended ended
                && ended.end() instanceof End.Cancelled cancelled
                && cancelled.status().isEmpty()) {
            note(ended.at(), cancelled.by(), ended.job(), after);
        }
    }

    private void note(Instant at, User by, JobId id, View view) {
        view.state()
                .job(id)
                .map(job -> job.spec().user())
                .filter(owner -> !owner.is(by))
                .ifPresent(owner -> lines.add(at + " " + by.name() + "(" + by.uid() + ") cancel job " + id + " of "
                        + owner.name() + "(" + owner.uid() + ")\n"));
    }

    private void write() {
        try {
            for (String line = lines.take(); !line.equals(END); line = lines.take()) {
                LOG.info("audit: {}", line.strip());
                file.write(java.nio.ByteBuffer.wrap(line.getBytes(UTF_8)));
            }
        } catch (IOException e) {
            LOG.error("The audit log cannot be written", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void close() throws IOException, InterruptedException {
        lines.add(END);
        writer.join();
        file.close();
    }
}
