package org.gpuq.cli.command;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Optional;
import org.gpuq.cli.render.Look;
import org.gpuq.daemon.port.Terminal;
import picocli.CommandLine.Option;

/** When to use colours, and how wide and in which zone to write. A mixin of every command that prints tables. */
final class Color {
    private static final int USUAL_COLUMNS = 80;
    private static final int LEAST_COLUMNS = 40;

    /** The usual three. */
    enum When {
        AUTO,
        ALWAYS,
        NEVER
    }

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            description = "auto (the default), always or never; NO_COLOR is honoured.")
    When when = When.AUTO;

    Look look(Call call) {
        Terminal terminal = call.request().terminal();
        boolean color = switch (when) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO -> terminal.stdout() && wanted(call);
        };
        int columns = terminal.columns() == 0 ? USUAL_COLUMNS : Math.max(LEAST_COLUMNS, terminal.columns());
        return new Look(terminal.stdout(), columns, color, zone(call));
    }

    private static boolean wanted(Call call) {
        return call.variable("NO_COLOR").filter(value -> !value.isEmpty()).isEmpty()
                && !call.variable("TERM").equals(Optional.of("dumb"));
    }

    static ZoneId zone(Call call) {
        return call.variable("TZ").flatMap(Color::zone).orElseGet(ZoneId::systemDefault);
    }

    private static Optional<ZoneId> zone(String name) {
        try {
            return Optional.of(ZoneId.of(name));
        } catch (DateTimeException e) {
            return Optional.empty(); // a POSIX rule such as CET-1CEST: the daemon's own zone does
        }
    }
}
