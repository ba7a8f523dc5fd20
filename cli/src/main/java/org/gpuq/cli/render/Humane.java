package org.gpuq.cli.render;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Measures as people read them. What is not known is a dash, never a zero. */
public final class Humane {
    static final String UNKNOWN = "-";

    private static final double GIB = 1L << 30;
    private static final double MIB = 1L << 20;

    private Humane() {}

    /** {@code 120ms}, {@code 12s}, {@code 3m12s}, {@code 2h05m}, {@code 3d04h}; negative counts as none. */
    public static String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds == 0) {
            long millis = duration.isNegative() ? 0 : duration.toMillis();
            return millis == 0 ? "0s" : millis + "ms";
        }
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return two(seconds / 60, "m", seconds % 60, "s");
        }
        return seconds < 86_400
                ? two(seconds / 3600, "h", seconds / 60 % 60, "m")
                : two(seconds / 86_400, "d", seconds / 3600 % 24, "h");
    }

    private static String two(long major, String majorUnit, long minor, String minorUnit) {
        return major + majorUnit + (minor < 10 ? "0" : "") + minor + minorUnit;
    }

    public static String bytes(long bytes) {
        if (bytes < 1 << 10) {
            return bytes + " B";
        }
        if (bytes < MIB) {
            return bytes / (1 << 10) + " KiB";
        }
        return bytes < GIB ? fixed(bytes / MIB) + " MiB" : fixed(bytes / GIB) + " GiB";
    }

    /** {@code 21.0/79.6 GiB}. */
    static String memory(OptionalLong used, OptionalLong total) {
        if (used.isEmpty() && total.isEmpty()) {
            return UNKNOWN;
        }
        return gib(used) + "/" + gib(total) + " GiB";
    }

    private static String gib(OptionalLong bytes) {
        return bytes.isPresent() ? fixed(bytes.getAsLong() / GIB) : UNKNOWN;
    }

    static String percent(OptionalDouble ratio) {
        return ratio.isPresent() ? Math.round(ratio.getAsDouble() * 100) + "%" : UNKNOWN;
    }

    static String celsius(OptionalInt degrees) {
        return degrees.isPresent() ? degrees.getAsInt() + "C" : UNKNOWN;
    }

    static String watts(OptionalDouble watts) {
        return watts.isPresent() ? Math.round(watts.getAsDouble()) + "W" : UNKNOWN;
    }

    private static String fixed(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
