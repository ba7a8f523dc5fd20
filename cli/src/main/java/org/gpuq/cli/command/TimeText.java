package org.gpuq.cli.command;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gpuq.daemon.port.RefusedException;

/** Durations as people type them: {@code 90s}, {@code 2h30m}, {@code 1d}; whole seconds, up to a thousand days. */
final class TimeText {
    private static final Pattern FORM =
            Pattern.compile("(?:(\\d{1,5})d)?(?:(\\d{1,5})h)?(?:(\\d{1,6})m)?(?:(\\d{1,8})s)?");
    private static final Duration LONGEST = Duration.ofDays(1000);

    private TimeText() {}

    static Duration parse(String option, String text) throws RefusedException {
        Matcher parts = FORM.matcher(text);
        if (text.isEmpty() || !parts.matches()) {
            throw Usage.wrong(
                    option + " takes a time such as 90s, 45m or 2h30m, not '" + Usage.text(text) + "'",
                    text.matches("\\d+") ? "seconds are written " + text + "s, minutes " + text + "m" : "");
        }
        Duration time = Duration.ofDays(number(parts, 1))
                .plusHours(number(parts, 2))
                .plusMinutes(number(parts, 3))
                .plusSeconds(number(parts, 4));
        if (time.isZero() || time.compareTo(LONGEST) > 0) {
            throw Usage.wrong(option + " takes a time from 1s to 1000d, not '" + Usage.text(text) + "'", "");
        }
        return time;
    }

    private static long number(Matcher parts, int group) {
        String digits = parts.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
