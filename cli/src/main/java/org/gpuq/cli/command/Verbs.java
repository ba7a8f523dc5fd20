package org.gpuq.cli.command;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The words that are commands of {@code q}, in the order in which help lists them. Thread-safe. */
final class Verbs {
    static final String RUN = "run";
    static final String LIST = "list";
    static final String HELP = "help";

    private final Map<String, Parser> parsers = new LinkedHashMap<>();

    Verbs() {
        add(RUN, RunCommand::new);
        add(LIST, ListCommand::new);
        add("gpu", GpuCommand::new);
        add("show", ShowCommand::new);
        add("logs", LogsCommand::new);
        add("wait", WaitCommand::new);
        add("cancel", CancelCommand::new);
        add("daemon", DaemonCommand::new);
        add(HELP, () -> new HelpCommand(this));
    }

    private void add(String word, Supplier<? extends Verb> factory) {
        parsers.put(word, new Parser(word, factory));
    }

    Optional<Parser> find(String word) {
        return Optional.ofNullable(parsers.get(word));
    }

    /** One of those that are known to be there. */
    Parser get(String word) {
        return find(word).orElseThrow();
    }

    Collection<Parser> all() {
        return parsers.values();
    }
}
