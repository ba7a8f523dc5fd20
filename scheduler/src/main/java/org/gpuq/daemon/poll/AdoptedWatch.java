package org.gpuq.daemon.poll;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.model.Token;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees when adopted processes end: they are nobody's children here, so that nobody would tell. What it says it says again
 * until the process is no longer asked for. A thread of its own, since a driver that hangs must not hold it up.
 */
public final class AdoptedWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdoptedWatch.class);
    private static final Duration PACE = Duration.ofMillis(200);

    private final ProcFs proc;
    private final Supplier<List<Adopted>> adopted;
    private final Consumer<Token> departed;
    private final Thread thread = Thread.ofPlatform().daemon().name("adopted").unstarted(this::run);
    private volatile boolean closed;

    /**
     * A process to be watched.
     *
     * @param token of the job that it is
     */
    public record Adopted(Token token, JobProcess process) {}

    /**
     * @param adopted those that are believed to run
     * @param departed is told of each that does not, on the watch's thread
     */
    public AdoptedWatch(ProcFs proc, Supplier<List<Adopted>> adopted, Consumer<Token> departed) {
        this.proc = proc;
        this.adopted = adopted;
        this.departed = departed;
    }

    public void start() {
        thread.start();
    }

    /** Looks once. */
    void look() {
        for (Adopted one : adopted.get()) {
            if (!proc.runs(one.process().pid(), one.process().startTicks())) {
                departed.accept(one.token());
            }
        }
    }

    private void run() {
        try {
            while (!closed) {
                look();
                Thread.sleep(PACE);
            }
        } catch (InterruptedException e) {
            LOG.debug("adopted processes are not watched any more");
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
