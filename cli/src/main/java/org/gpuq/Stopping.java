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
        FAULT,
        /** Nobody can reach it any more: it is to be started anew. */
        UNREACHABLE,
        /** It never came up. */
        NOT_STARTED,
        /** The system, or q-launch, ends it by a signal. */
        SIGNAL
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

    void unreachable() {
        why.complete(Why.UNREACHABLE);
    }

    void notStarted() {
        why.complete(Why.NOT_STARTED);
    }

    /** The JVM is being ended. */
    void signal() {
        why.complete(Why.SIGNAL);
    }

    Why await() {
        return why.join();
    }
}
