package org.gpuq.daemon.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Something that is still being made. What is to be done with it meanwhile is remembered and done, in order, as soon as it
 * is there; afterwards it is done at once by whoever asks. Thread-safe.
 */
final class Deferred<T> {
    private final List<Consumer<T>> early = new ArrayList<>();
    private boolean abandoned;
    private volatile @Nullable T value;

    void use(Consumer<T> use) {
        T made = value;
        if (made == null) {
            made = valueOrRemember(use);
        }
        if (made != null) {
            use.accept(made);
        }
    }

    private synchronized @Nullable T valueOrRemember(Consumer<T> use) {
        if (value == null && !abandoned) {
            early.add(use);
        }
        return value;
    }

    synchronized void made(T made) {
        early.forEach(use -> use.accept(made));
        early.clear();
        value = made;
    }

    /** It will never be there. */
    synchronized void abandon() {
        abandoned = true;
        early.clear();
    }
}
