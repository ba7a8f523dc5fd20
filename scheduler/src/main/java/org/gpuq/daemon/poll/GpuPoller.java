package org.gpuq.daemon.poll;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.gpuq.core.gpu.GpuSnapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that calls NVML. A call into a wedged driver never returns, so nobody else may wait for it: what the
 * thread saw last grows old, and a snapshot that is too old admits nothing.
 */
public final class GpuPoller implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GpuPoller.class);

    private final Supplier<GpuSnapshot> look;
    private final Consumer<GpuSnapshot> sink;
    private final Supplier<Duration> pace;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread = new Thread(this::run, "gpu-poll");
    private boolean hurried;
    private boolean closed;

    /**
     * @param look takes one look at all GPUs; called on the poller's thread only
     * @param sink takes what was seen; must be quick
     * @param pace how long to rest before the next look, asked anew after each one
     */
    public GpuPoller(Supplier<GpuSnapshot> look, Consumer<GpuSnapshot> sink, Supplier<Duration> pace) {
        this.look = look;
        this.sink = sink;
        this.pace = pace;
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Looks again at once, or as soon as the look that is under way has ended. Thread-safe. */
    public void hurry() {
        signal(() -> hurried = true);
    }

    /** Asks the thread to end; does not wait for it, since the driver may hold it for ever. */
    @Override
    public void close() {
        signal(() -> closed = true);
    }

    private void signal(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            do {
                sink.accept(look.get());
            } while (rest());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Nothing more is seen from here on: the last snapshot grows stale, and jobs wait with that reason.
            log.error("The GPUs are not looked at any more", e);
        }
    }

    /** @return whether to look again */
    private boolean rest() throws InterruptedException {
        long nanos = pace.get().toNanos();
        lock.lock();
        try {
            while (!hurried && !closed && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            hurried = false;
            return !closed;
        } finally {
            lock.unlock();
        }
    }
}
