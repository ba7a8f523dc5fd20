package org.gpuq.cli.command;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gpuq.daemon.port.RefusedException;

/** Times and sizes as people type them. */
final class Amounts {
    private static final Pattern TIME = Pattern.compile("([0-9]{1,6})([smhd])");
    private static final Map<String, Long> SECONDS = Map.of("s", 1L, "m", 60L, "h", 3_600L, "d", 86_400L);
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,7}(?:\\.[0-9]{1,3})?) ?([KMGT])(?:i?B)?");
    private static final Map<String, Integer> SHIFTS = Map.of("K", 10, "M", 20, "G", 30, "T", 40);

    private Amounts() {}

    static Duration time(String option, String text) throws RefusedException {
        Matcher parts = TIME.matcher(text);
        if (!parts.matches() || Long.parseLong(parts.group(1)) == 0) {
            throw Usage.wrong(
                    option + " takes a time such as 30m, 2h or 7d, not '" + Usage.text(text) + "'",
                    "a number and s, m, h or d");
        }
        return Duration.ofSeconds(Long.parseLong(parts.group(1)) * SECONDS.getOrDefault(parts.group(2), 1L));
    }

    /** Bytes; 40G and 40GiB are the same, powers of 1024 as the driver counts. */
    static long size(String option, String text) throws RefusedException {
        Matcher parts = SIZE.matcher(text.toUpperCase(Locale.ROOT).replace("IB", "iB"));
        long bytes = parts.matches()
                ? new BigDecimal(parts.group(1))
                        .multiply(BigDecimal.valueOf(1L << SHIFTS.getOrDefault(parts.group(2), 0)))
                        .longValue()
                : 0;
        if (bytes == 0) {
            throw Usage.wrong(
                    option + " takes a size such as 40G or 512M, not '" + Usage.text(text) + "'",
                    "a number and M or G");
        }
        return bytes;
    }
}
