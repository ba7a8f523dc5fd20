package org.gpuq.cli.render;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** Names of Linux's signals (signal(7), x86 and ARM). */
public final class Signals {
    private static final List<String> NAMES = List.of(
            "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
            "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM",
            "PROF", "WINCH", "IO", "PWR", "SYS");

    private static final int LAST = 64;

    private Signals() {}

    /** {@code SIGKILL}, or {@code signal 40} where there is no name. */
    static String name(int number) {
        return number > 0 && number < NAMES.size() ? "SIG" + NAMES.get(number) : "signal " + number;
    }

    /** From {@code USR1}, {@code SIGUSR1} or {@code 10}. */
    public static OptionalInt number(String text) {
        if (text.matches("[0-9]{1,2}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= LAST) {
            return OptionalInt.of(Integer.parseInt(text));
        }
        String name = text.toUpperCase(Locale.ROOT).replaceFirst("^SIG", "");
        int number = NAMES.indexOf(name);
        return number > 0 ? OptionalInt.of(number) : OptionalInt.empty();
    }
}
