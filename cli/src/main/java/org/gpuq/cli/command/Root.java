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
                    + " under your name; 'q -- list' queues a program called list. What task-spooler's users type works"
                    + " too; its options are below.",
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
            "Task-spooler's options, before a command:",
            "  -G N, --gpu  needs N GPUs     -N N  needs N CPU slots",
            "  -L LABEL  in place of your name",
            "  -f  stay until it has ended   -n  output where yours goes, not to a file",
            "  -g  gzip the output   -m  mail it   -E  standard error in a file apart",
            "  -d  only if the last one succeeds   -D ID  only if that one does",
            "  -B  exit with 2 instead of waiting when the queue is full",
            "Or to look and to act; an ID may be left out:",
            "  -l  list   -s ID  state   -i ID  information   -w ID  wait for its end",
            "  -c ID  output   -t ID  its end   -o ID  its path   -p ID  process id",
            "  -k ID  TERM to a running one   -r ID...  remove others   -C  finished ones",
            "  -u ID  next to run   -U ID-ID  swap   -S [N]  CPU slots",
            "  -K  forget the queue, end the daemon   -h  this   -V  version",
            "They exit with 255 when something is wrong.",
            "",
            "Verbs exit with 0 ok, 1 failed, 2 usage, 3 not found, 4 not permitted, 5 no",
            "daemon.",
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
