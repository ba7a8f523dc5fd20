package org.gpuq.daemon.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.JobOutput;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the outputs of jobs that are forgotten: the files that were named by this daemon and its likes, in the directory
 * for them, and no others. On a thread of its own, for a file system may hang. What is left to do when the daemon ends
 * stays undone: a file too many does less harm than a search for files to remove. Thread-safe.
 */
final class Sweeper {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    private final BlockingQueue<List<RawBytes>> work = new LinkedBlockingQueue<>();
    private final RawBytes logs;

    private Sweeper(RawBytes logs) {
        this.logs = logs;
    }

    /** @param logs where outputs are kept of jobs that chose no directory */
    static Sweeper start(RawBytes logs) {
        Sweeper sweeper = new Sweeper(logs);
        Thread.ofPlatform().daemon().name("sweeper").start(sweeper::run);
        return sweeper;
    }

    /** @param job as it was before it was forgotten */
    void forgotten(Job job) {
        if (!job.spec().foreground() && job.spec().delivery().directory().isEmpty()) {
            List<RawBytes> outputs = new ArrayList<>(JobOutput.earlier(logs, job));
            JobOutput.path(logs, job).ifPresent(outputs::add);
            work.add(outputs);
        }
    }

    private void run() {
        try {
            while (true) {
                for (RawBytes output : work.take()) {
                    remove(output);
                    remove(JobOutput.errors(output));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Not a directory, nor what a link leads to. */
    private static void remove(RawBytes output) {
        try {
            Path file = Path.of(output.text());
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                Files.delete(file);
            }
        } catch (IOException | InvalidPathException e) {
            LOG.warn("The output of a forgotten job cannot be removed: {}", e.getMessage());
        }
    }
}
