package org.gpuq;

import java.util.concurrent.CompletableFuture;

/** The word to stop, given once; the first reason counts. Thread-safe. */
final class Stopping {
    enum Why {
        /** Somebody asked for it. */
        ASKED,
        /** q-launch is gone: a new one comes up with a new daemon. */
        LAUNCHER_LOST,
        /** The daemon cannot go on. */
        FAULT
    }

    private final CompletableFuture<Why> why = new CompletableFuture<>();

    void ask() {
        why.complete(Why.ASKED);
    }

    void launcherLost() {
        why.complete(Why.LAUNCHER_LOST);
    }

    void fault() {
        why.complete(Why.FAULT);
    }

    Why await() {
        return why.join();
    }
}
