package org.gpuq.daemon.journal;

import java.util.HashMap;
import java.util.Map;

/**
 * Makes equal values one object while a journal is read: a hundred thousand jobs come from a few users, directories and
 * environments. Bounded, and thrown away afterwards. Not thread-safe.
 */
final class Shared {
    private static final int LIMIT = 20_000;

    private final Map<Object, Object> seen = new HashMap<>();

    @SuppressWarnings("unchecked")
    <T> T one(T value) {
        if (seen.size() >= LIMIT) {
            seen.clear();
        }
        Object first = seen.putIfAbsent(value, value);
        return first == null ? value : (T) first;
    }
}
