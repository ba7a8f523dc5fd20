package org.gpuq.cli.command;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gpuq.core.job.Bounds;
import org.gpuq.daemon.port.RefusedException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a job may use at the most. A mixin of the commands that submit. */
final class BoundsOptions {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})([KMGT]?)(i?B)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern COUNT = Pattern.compile("0*[1-9][0-9]{0,8}");
    private static final Pattern CPUS = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,3})?");
    private static final String UNITS = "KMGT";
    private static final int LARGEST_CPUS = 1_000_000;

    @Option(names = "--memory", paramLabel = "SIZE", description = "May use so much memory at the most: 32G, 500M.")
    @Nullable String memory;

    @Option(names = "--processes", paramLabel = "N", description = "May have N processes and threads at the most.")
    @Nullable String processes;

    @Option(names = "--cpus", paramLabel = "N", description = "May use the time of N CPUs at the most: 4, 0.5.")
    @Nullable String cpus;

    Bounds bounds() throws RefusedException {
        return new Bounds(
                memory == null ? 0 : size(memory),
                processes == null ? 0 : count(processes),
                cpus == null ? 0 : milliCpus(cpus));
    }

    /** What of {@code wanted} a machine cannot keep that can do {@code controls}, in a word. */
    static Optional<String> beyond(Bounds wanted, int controls) {
        if (wanted.memoryBytes() > 0 && (controls & 1) == 0) {
            return Optional.of("memory");
        }
        if (wanted.processes() > 0 && (controls & 2) == 0) {
            return Optional.of("processes");
        }
        return wanted.milliCpus() > 0 && (controls & 4) == 0 ? Optional.of("CPUs") : Optional.empty();
    }

    private static long size(String text) throws RefusedException {
        Matcher parts = SIZE.matcher(text);
        if (!parts.matches() || parts.group(1).chars().allMatch(c -> c == '0')) {
            throw Usage.wrong("--memory takes a size, not '" + Usage.text(text) + "'", "write --memory 32G or 500M");
        }
        int power = UNITS.indexOf(parts.group(2).toUpperCase(Locale.ROOT))
                + (parts.group(2).isEmpty() ? 0 : 1);
        return Long.parseLong(parts.group(1)) << (10 * power);
    }

    private static long count(String text) throws RefusedException {
        if (!COUNT.matcher(text).matches()) {
            throw Usage.wrong("--processes takes a number, not '" + Usage.text(text) + "'", "the least is 1");
        }
        return Long.parseLong(text);
    }

    private static int milliCpus(String text) throws RefusedException {
        BigDecimal wanted = CPUS.matcher(text).matches() ? new BigDecimal(text) : BigDecimal.ZERO;
        if (wanted.signum() == 0 || wanted.intValue() > LARGEST_CPUS) {
            throw Usage.wrong("--cpus takes a number of CPUs, not '" + Usage.text(text) + "'", "write --cpus 4 or 0.5");
        }
        return wanted.movePointRight(3).intValueExact();
    }
}
