package org.gpuq;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.gpuq.daemon.config.Configuration;
import org.gpuq.daemon.config.Key;
import org.gpuq.daemon.config.Keys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What task-spooler's variables said when the daemon was started. As there, a value that makes no sense counts for nothing.
 *
 * @param given by key, the variable that sets it and its value
 */
record Variables(Map<Key<Integer>, Given> given) {
    private static final Logger LOG = LoggerFactory.getLogger(Variables.class);
    private static final Map<String, Key<Integer>> KNOWN =
            Map.of("TS_SLOTS", Keys.SLOTS, "TS_MAXFINISHED", Keys.KEEP_ENDED, "TS_MAXCONN", Keys.MAX_QUEUED);

    /** @param variable its name */
    record Given(String variable, int value) {}

    Variables {
        given = Map.copyOf(given);
    }

    static Variables of(Map<String, String> environment) {
        Map<Key<Integer>, Given> given = new HashMap<>();
        KNOWN.forEach((name, key) -> {
            String value = environment.getOrDefault(name, "");
            if (!value.isEmpty()) {
                try {
                    given.put(key, new Given(name, key.kind().read().apply(Long.parseLong(value.strip()))));
                } catch (IllegalArgumentException e) {
                    LOG.warn("{} is ignored: {} must be {}", name, key.name(), key.allowed());
                }
            }
        });
        return new Variables(given);
    }

    Configuration over(Configuration file) {
        Configuration all = file;
        for (Map.Entry<Key<Integer>, Given> one : given.entrySet()) {
            all = all.with(one.getKey(), one.getValue().value());
        }
        return all;
    }

    /** The variable that sets a key, if one does. */
    Optional<String> source(String key) {
        return given.entrySet().stream()
                .filter(one -> one.getKey().name().equals(key))
                .map(one -> "the variable " + one.getValue().variable())
                .findFirst();
    }
}
