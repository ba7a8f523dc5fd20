package org.gpuq.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code q --help} shows. Only for help: the verbs are found without it. */
@Command(
        name = "q",
        header = "A queue for the GPUs of this machine.",
        customSynopsis = {"q [OPTION]...", "       q VERB [OPTION]... [ARGUMENT]...", "       q COMMAND [ARGUMENT]..."},
        description = {
            "",
            "Without words q shows the queue. A first word that is no verb is a command: 'q python train.py' queues it"
                    + " under your name; 'q -- list' queues a program called list.",
            ""
        },
        commandListHeading = "%nVerbs:%n",
        footer = {
            "",
            "Examples:",
            "  q run --gpu python train.py    queue it; it starts when a GPU is free",
            "  q                              can I run now?",
            "  q gpu                          who holds which GPU?",
            "  q logs -f 12                   follow its output",
            "  q demo                         see it all on simulated GPUs",
            "",
            "Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 not permitted, 5 no daemon.",
            "'q wait' and 'q run -f' exit as the job did. With --json errors are JSON too.",
            "'q VERB --help' tells more about each."
        })
final class Root {
    @Mixin
    Help help = new Help();

    @Option(
            names = {"-V", "--version"},
            description = "Show the version and exit.")
    boolean version;

    /** Known to help alone: it is a script beside q, which brings its own daemon. */
    @Command(name = "demo", header = "See gpuq at work on GPUs of its own, simulated if there are none.")
    static final class Demo {}
}
