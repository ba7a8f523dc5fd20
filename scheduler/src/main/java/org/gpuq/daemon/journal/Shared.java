package org.gpuq.daemon.journal;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Makes equal values one object while a journal is read: a hundred thousand jobs come from a few users, directories and
 * environments. Bounded, and thrown away afterwards. Not thread-safe.
 */
final class Shared {
    private static final int LIMIT = 20_000;

    private final Map<Object, Object> seen = new HashMap<>();

    @SuppressWarnings("unchecked")
    <T> T one(T value) {
        makeRoom();
        Object first = seen.putIfAbsent(value, value);
        return first == null ? value : (T) first;
    }

    /** What {@code make} makes of {@code text}, which it does once. Each text is made into things of one type only. */
    @SuppressWarnings("unchecked")
    <T> T made(String text, Function<String, T> make) {
        makeRoom();
        return (T) seen.computeIfAbsent(text, key -> make.apply(text));
    }

    private void makeRoom() {
        if (seen.size() >= LIMIT) {
            seen.clear();
        }
    }
}
