package org.gpuq.daemon.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.gpuq.core.engine.Settings;
import org.gpuq.core.engine.UserLimits;
import org.gpuq.core.gpu.Thresholds;

/** What is in force: a value for every key. Immutable. */
public final class Configuration {
    /** What holds when there is no file. */
    public static final Configuration STANDARD = new Configuration(Map.of());

    private final Map<Key<?>, Object> given;

    /** @param given for each key a value of its type; keys that are not there have their defaults */
    Configuration(Map<Key<?>, Object> given) {
        this.given = Map.copyOf(given);
    }

    @SuppressWarnings("unchecked") // the reader puts in what the key's own kind made
    public <T> T get(Key<T> key) {
        Object value = given.get(key);
        return value == null ? key.standard() : (T) value;
    }

    /** The same with another value for one key. */
    public <T> Configuration with(Key<T> key, T value) {
        Map<Key<?>, Object> all = new HashMap<>(given);
        all.put(key, value);
        return new Configuration(all);
    }

    /** What the decisions depend on. */
    public Settings settings() {
        return new Settings(
                get(Keys.SLOTS),
                get(Keys.CANCEL_GRACE),
                get(Keys.POLL_MAX_AGE),
                get(Keys.BASELINE),
                get(Keys.BASELINE_RATIO),
                get(Keys.KEEP_ENDED),
                get(Keys.MAX_QUEUED),
                new Thresholds(
                        get(Keys.CALM_LOOKS),
                        get(Keys.BUSY_RATIO),
                        get(Keys.BUSY_TIME),
                        get(Keys.RESIDUAL_AFTER),
                        get(Keys.SHARE_RESERVE)),
                new UserLimits(get(SharedKeys.QUEUED_PER_USER), get(SharedKeys.GPUS_PER_USER)),
                get(Keys.KEEP_ENDED_FOR),
                true);
    }

    /**
     * A key as it is in force.
     *
     * @param value as it would be written in the file
     * @param fromFile whether the file says so; otherwise it is the default
     */
    public record Entry(String name, String value, boolean fromFile, String doc) {}

    /** Every key, in the order of the reference. */
    public List<Entry> inForce() {
        return Keys.ALL.stream().<Entry>map(this::entry).toList();
    }

    private <T> Entry entry(Key<T> key) {
        return new Entry(key.name(), key.kind().show().apply(get(key)), given.containsKey(key), key.doc());
    }
}
