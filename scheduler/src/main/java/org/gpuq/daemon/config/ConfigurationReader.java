package org.gpuq.daemon.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;

/** Reads the configuration's file. All that is wrong with it is said at once. */
public final class ConfigurationReader {
    private static final Map<String, Key<?>> KNOWN = Keys.ALL.stream()
            .collect(Collectors.toMap(Key::name, Function.identity(), (a, b) -> a, LinkedHashMap::new));

    private final Path file;
    private final Map<String, Integer> lines;
    private final List<String> problems = new ArrayList<>();

    private ConfigurationReader(Path file, String text) {
        this.file = file;
        lines = TomlText.lines(text);
    }

    /**
     * @return the defaults when there is no such file
     * @throws ConfigurationException when it cannot be read, or says what it must not
     */
    public static Configuration read(Path file) throws ConfigurationException {
        try {
            return parse(file, Files.readString(file, UTF_8));
        } catch (NoSuchFileException e) {
            return Configuration.STANDARD;
        } catch (IOException e) {
            throw new ConfigurationException("the configuration " + file + " cannot be read: " + e);
        }
    }

    /** @param file for messages */
    static Configuration parse(Path file, String text) throws ConfigurationException {
        ConfigurationReader reader = new ConfigurationReader(file, text);
        Map<String, Object> values;
        try {
            values = TomlText.values(text);
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new ConfigurationException(
                    file + (line > 0 ? ", line " + line : "") + ": not TOML: " + e.getOriginalMessage());
        }
        Configuration configuration = reader.configuration(values);
        reader.checkTogether(configuration);
        if (!reader.problems.isEmpty()) {
            throw new ConfigurationException(String.join("\n", reader.problems));
        }
        return configuration;
    }

    private Configuration configuration(Map<String, Object> values) {
        Map<Key<?>, Object> given = new HashMap<>();
        values.forEach((name, value) -> {
            Key<?> key = KNOWN.get(name);
            if (key == null) {
                problem(
                        name,
                        "there is no key " + name + "; did you mean " + Spelling.nearest(name, KNOWN.keySet()) + "?");
            } else {
                accept(key, value, given);
            }
        });
        return new Configuration(given);
    }

    private <T> void accept(Key<T> key, Object value, Map<Key<?>, Object> given) {
        try {
            given.put(key, key.kind().read().apply(value));
        } catch (IllegalArgumentException e) {
            problem(key.name(), key.name() + " must be " + key.allowed());
        }
    }

    private void checkTogether(Configuration configuration) {
        Duration age = configuration.get(Keys.POLL_MAX_AGE);
        for (Key<Duration> interval : List.of(Keys.POLL_INTERVAL, Keys.POLL_INTERVAL_BUSY)) {
            if (configuration.get(interval).compareTo(age) >= 0) {
                problem(
                        interval.name(),
                        interval.name() + " must be shorter than poll.max_age, or no GPU job would start");
            }
        }
    }

    private void problem(String name, String message) {
        Integer line = lines.get(name);
        problems.add(file + (line == null ? "" : ", line " + line) + ": " + message);
    }
}
