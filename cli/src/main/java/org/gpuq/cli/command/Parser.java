package org.gpuq.cli.command;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.gpuq.cli.render.Look;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.RefusedException;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Parses the words of one verb and runs it. picocli's model of a command takes longer to build than to use and serves one
 * call at a time, so a few idle ones are kept. Words are bytes: picocli sees them as latin-1, one character a byte, and
 * they come out as they went in. Thread-safe.
 */
final class Parser {
    private static final int MOST_IDLE = 8;

    private final String word;
    private final Supplier<? extends Verb> verb;
    private final ConcurrentLinkedQueue<CommandLine> idle = new ConcurrentLinkedQueue<>();
    private final Semaphore room = new Semaphore(MOST_IDLE);

    Parser(String word, Supplier<? extends Verb> verb) {
        this.word = word;
        this.verb = verb;
    }

    String word() {
        return word;
    }

    int run(Call call, List<RawBytes> words) throws RefusedException, InterruptedException {
        CommandLine line = take();
        try {
            String[] arguments = words.stream().map(RawBytes::latin1).toArray(String[]::new);
            if (line.parseArgs(arguments).isUsageHelpRequested()) {
                call.out(help(line, new Color().look(call)));
                return Call.OK;
            }
            return line.<Verb>getCommand().run(call);
        } catch (ParameterException e) {
            throw Usage.wrong(message(e), hint(e));
        } finally {
            giveBack(line);
        }
    }

    private CommandLine take() {
        CommandLine known = idle.poll();
        if (known == null) {
            return build();
        }
        room.release();
        return known;
    }

    private void giveBack(CommandLine line) {
        if (room.tryAcquire()) {
            idle.add(line);
        }
    }

    CommandLine build() {
        return new CommandLine(verb.get())
                .setCommandName("q " + word)
                .setExpandAtFiles(false) // @file is a word like any other
                .setInterpolateVariables(false)
                .setStopAtPositional(word.equals(Verbs.RUN))
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    static String help(CommandLine line, Look look) {
        return line.setUsageHelpWidth(Math.clamp(look.columns(), 60, 100))
                .getUsageMessage(look.color() ? Ansi.ON : Ansi.OFF);
    }

    private String message(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            return "q " + word + " does not know '"
                    + Usage.text(unmatched.getUnmatched().getFirst()) + "'";
        }
        String message = Usage.text(String.valueOf(e.getMessage())).strip();
        String first = message.lines().findFirst().orElse("the command line cannot be read");
        return (first.endsWith(".") ? first.substring(0, first.length() - 1) : first)
                .replaceFirst("^Missing required parameter: '(.*)'$", "q " + word + " needs $1");
    }

    private String hint(ParameterException e) {
        String help = "'q " + word + " --help' shows what there is";
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            return "did you mean " + String.join(" or ", unmatched.getSuggestions()) + "? " + help;
        }
        return help;
    }
}
