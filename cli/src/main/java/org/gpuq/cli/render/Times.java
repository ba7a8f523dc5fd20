package org.gpuq.cli.render;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Moments as text. */
final class Times {
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx", Locale.ROOT);
    private static final int SECONDS_A_DAY = 86_400;

    private Times() {}

    static String local(Instant at, ZoneId zone) {
        return LOCAL.format(at.atZone(zone));
    }

    /** Local time on a terminal, UTC elsewhere. */
    static String shown(Instant at, Look look) {
        return look.terminal() ? local(at, look.zone()) : utc(at);
    }

    /**
     * ISO-8601 in UTC with milliseconds, such as {@code 2026-11-23T00:36:40.123Z}. Written by hand because a list of
     * thousands of jobs has three of them a line, and the JDK's formatter takes ten times as long. Years 0 to 9999.
     */
    static String utc(Instant at) {
        long seconds = at.getEpochSecond();
        long day = Math.floorDiv(seconds, SECONDS_A_DAY);
        int second = (int) Math.floorMod(seconds, (long) SECONDS_A_DAY);

        // Days to a date in the proleptic Gregorian calendar, with years that begin in March so that the leap day is
        // last.
        long shifted = day + 719_468;
        long era = Math.floorDiv(shifted, 146_097);
        int dayOfEra = (int) (shifted - era * 146_097);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int month = (5 * dayOfYear + 2) / 153;
        int dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1;
        int year = (int) (yearOfEra + era * 400) + (month >= 10 ? 1 : 0);

        byte[] text = new byte[24];
        digits(text, 0, 4, year);
        text[4] = '-';
        digits(text, 5, 2, month < 10 ? month + 3 : month - 9);
        text[7] = '-';
        digits(text, 8, 2, dayOfMonth);
        text[10] = 'T';
        digits(text, 11, 2, second / 3600);
        text[13] = ':';
        digits(text, 14, 2, second / 60 % 60);
        text[16] = ':';
        digits(text, 17, 2, second % 60);
        text[19] = '.';
        digits(text, 20, 3, at.getNano() / 1_000_000);
        text[23] = 'Z';
        return new String(text, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private static void digits(byte[] text, int at, int count, int value) {
        int rest = value;
        for (int i = at + count - 1; i >= at; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
