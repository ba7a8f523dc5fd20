package org.gpuq.nvml;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps the library's code in memory until the last call in it has returned: a call may be wedged in the
 * driver for hours while another thread closes the library, and neither must wait for the other. Thread-safe.
 */
final class UnloadGate {
    private static final int CLOSED = 1 << 30;

    private final AtomicInteger inside = new AtomicInteger();
    private final Runnable unload;

    /** @param unload run once, by whoever comes last: the closer, or the last caller to leave */
    UnloadGate(Runnable unload) {
        this.unload = unload;
    }

    /** Whether the caller may go in; if so it has to {@link #leave()}. */
    boolean enter() {
        int before = inside.getAndUpdate(n -> isClosed(n) ? n : n + 1);
        return !isClosed(before);
    }

    void leave() {
        if (inside.decrementAndGet() == CLOSED) {
            unload.run();
        }
    }

    void close() {
        if (inside.getAndUpdate(n -> n | CLOSED) == 0) {
            unload.run();
        }
    }

    private static boolean isClosed(int n) {
        return (n & CLOSED) != 0;
    }
}
