package org.gpuq.cli.command;

import org.gpuq.daemon.port.RefusedException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Explains. */
@Command(name = "help", header = "Explain q, or one verb.", optionListHeading = "%n", customSynopsis = "q help [VERB]")
final class HelpCommand implements Verb {
    private final Verbs verbs;

    @Mixin
    Color color = new Color();

    @Mixin
    Help help = new Help();

    @Parameters(paramLabel = "VERB", arity = "0..1", description = "The verb to explain.")
    @Nullable String verb;

    HelpCommand(Verbs verbs) {
        this.verbs = verbs;
    }

    @Override
    public int run(Call call) throws RefusedException, InterruptedException {
        CommandLine root = new CommandLine(new Root()).setInterpolateVariables(false);
        verbs.all().forEach(known -> root.addSubcommand(known.word(), known.build()));
        root.addSubcommand("demo", new CommandLine(new Root.Demo()));
        CommandLine wanted = verb == null ? root : root.getSubcommands().get(verb);
        if (wanted == null) {
            throw Usage.wrong("q has no verb '" + Usage.text(String.valueOf(verb)) + "'", "'q help' lists them");
        }
        call.out(Parser.help(wanted, color.look(call)));
        return Call.OK;
    }
}
