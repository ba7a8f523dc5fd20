package org.gpuq.cli.command;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** The words that are commands of {@code q}, in the order in which help lists them. Thread-safe. */
final class Verbs {
    static final String RUN = "run";
    static final String LIST = "list";
    static final String HELP = "help";

    private final Map<String, Parser> parsers = new LinkedHashMap<>();

    private final Map<String, Parser> below = new LinkedHashMap<>();

    Verbs() {
        add(RUN, RunCommand::new);
        add(LIST, ListCommand::new);
        add("gpu", GpuCommand::new);
        below("gpu", "show", GpuShowCommand::new);
        below("gpu", "drain", GpuDrainCommand::new);
        below("gpu", "resume", GpuResumeCommand::new);
        below("gpu", "ignore", GpuIgnoreCommand::new);
        add("show", ShowCommand::new);
        add("why", WhyCommand::new);
        add("logs", LogsCommand::new);
        add("wait", WaitCommand::new);
        add("cancel", CancelCommand::new);
        add("adopt", AdoptCommand::new);
        add("daemon", DaemonCommand::new);
        add(HELP, () -> new HelpCommand(this));
    }

    private void add(String word, Supplier<? extends Verb> factory) {
        parsers.put(word, new Parser(word, factory));
    }

    /** A word that is a command only after another; {@code q VERB --help} tells of it. */
    private void below(String verb, String word, Supplier<? extends Verb> factory) {
        below.put(verb + " " + word, new Parser(verb + " " + word, factory));
    }

    /** What the first two words name together. */
    Optional<Parser> find(String word, String second) {
        return Optional.ofNullable(below.get(word + " " + second));
    }

    Optional<Parser> find(String word) {
        return Optional.ofNullable(parsers.get(word));
    }

    /** One of those that are known to be there. */
    Parser get(String word) {
        return find(word).orElseThrow();
    }

    /** Every word, or two words, that is a command. */
    Set<String> words() {
        Set<String> words = new TreeSet<>(parsers.keySet());
        words.addAll(below.keySet());
        return words;
    }

    Collection<Parser> all() {
        return parsers.values();
    }
}
