package org.gpuq.daemon.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kinds of values there are. */
final class Kinds {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
    private static final Pattern ACCOUNT = Pattern.compile("[\\w.@$-]{0,256}");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(B|KiB|MiB|GiB)");
    private static final Map<String, Long> BYTES = Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

    static final Kind<Boolean> FLAG =
            new Kind<>("true or false", "true or false", as(Boolean.class), value -> Boolean.toString(value));

    /** A path, or nothing. */
    static final Kind<Optional<Path>> PATH = new Kind<>(
            "path",
            "an absolute path in quotes",
            as(String.class).andThen(Kinds::path),
            path -> "\"" + path.map(Path::toString).orElse("") + "\"");

    /** A name of an account or a group, or nothing. */
    static final Kind<String> NAME = new Kind<>(
            "name",
            "a name in quotes",
            as(String.class).andThen(name -> checked(name, ACCOUNT.matcher(name).matches())),
            name -> "\"" + name + "\"");

    private Kinds() {}

    static Kind<Integer> integer(int least, int most) {
        return new Kind<>(
                "number",
                "a whole number from " + least + " to " + most,
                as(Long.class)
                        .andThen(value -> checked(value, value >= least && value <= most))
                        .andThen(Math::toIntExact),
                value -> Integer.toString(value));
    }

    /** From 0 to 1. */
    static Kind<Double> ratio() {
        return new Kind<>(
                "ratio",
                "a number from 0 to 1",
                value -> {
                    double number = value instanceof Number it ? it.doubleValue() : Double.NaN;
                    return checked(number, number >= 0 && number <= 1);
                },
                value -> Double.toString(value));
    }

    static Kind<Duration> duration(Duration least, Duration most) {
        return new Kind<>(
                "duration",
                "a duration in quotes such as \"250ms\", \"10s\", \"5m\", \"2h\" or \"30d\", from " + show(least)
                        + " to " + show(most),
                as(String.class)
                        .andThen(text -> Duration.ofMillis(amount(DURATION, MILLIS, text)))
                        .andThen(value -> checked(value, value.compareTo(least) >= 0 && value.compareTo(most) <= 0)),
                value -> "\"" + show(value) + "\"");
    }

    /** Bytes. */
    static Kind<Long> size(long least, long most) {
        return new Kind<>(
                "size",
                "a size in quotes such as \"64KiB\", \"512MiB\" or \"2GiB\", from " + show(least) + " to " + show(most),
                as(String.class)
                        .andThen(text -> amount(SIZE, BYTES, text))
                        .andThen(value -> checked(value, value >= least && value <= most)),
                value -> "\"" + show(value) + "\"");
    }

    private static <T> Function<Object, T> as(Class<T> type) {
        return value -> {
            if (!type.isInstance(value)) {
                throw new IllegalArgumentException("not a " + type.getSimpleName());
            }
            return type.cast(value);
        };
    }

    private static <T> T checked(T value, boolean allowed) {
        if (!allowed) {
            throw new IllegalArgumentException("out of range: " + value);
        }
        return value;
    }

    private static Optional<Path> path(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            Path path = Path.of(text);
            return Optional.of(checked(path, path.isAbsolute()));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static long amount(Pattern form, Map<String, Long> units, String text) {
        Matcher parts = form.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not of the form " + form);
        }
        return Long.parseLong(parts.group(1)) * units.getOrDefault(parts.group(2), 1L);
    }

    private static String show(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0 || millis % 1_000 != 0) {
            return millis == 0 ? "0s" : millis + "ms";
        }
        if (millis % 86_400_000 == 0 && millis > 86_400_000) {
            return millis / 86_400_000 + "d";
        }
        return millis % 3_600_000 == 0 ? millis / 3_600_000 + "h" : millis / 1_000 + "s";
    }

    private static String show(long bytes) {
        if (bytes == 0 || bytes % 1024 != 0) {
            return bytes + "B";
        }
        if (bytes % (1L << 30) == 0) {
            return (bytes >> 30) + "GiB";
        }
        return bytes % (1L << 20) == 0 ? (bytes >> 20) + "MiB" : (bytes >> 10) + "KiB";
    }
}
