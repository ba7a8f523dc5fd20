package org.gpuq.cli.command;

import java.util.Locale;
import org.gpuq.cli.render.DaemonSheet;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.daemon.port.DaemonControl;
import org.gpuq.daemon.port.RefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks after the daemon itself. */
@Command(
        name = "daemon",
        header = "Start, stop or look at the daemon.",
        optionListHeading = "%n",
        customSynopsis = "q daemon [OPTION]... start|stop|status|config",
        description = {
            "",
            "start   is done by q whenever no daemon runs; this only says that one does",
            "stop    ends the daemon; running jobs go on, and the next one finds them",
            "status  shows its process, addresses and driver",
            "config  shows every setting in force, and where it is from"
        },
        footer = {"", "Examples:", "  q daemon status --json", "  q daemon config"})
final class DaemonCommand implements Verb {
    /** What to do. */
    enum Action {
        START,
        STOP,
        STATUS,
        CONFIG
    }

    @Option(names = "--json", description = "As JSON: status alone.")
    boolean json;

    @Mixin
    Color color = new Color();

    @Mixin
    Help help = new Help();

    @Parameters(paramLabel = "ACTION", arity = "1", hidden = true, description = "start, stop, status or config")
    String action = "";

    @Override
    public int run(Call call) throws RefusedException, InterruptedException {
        DaemonControl daemon = call.services().daemon();
        switch (action()) {
            case START -> call.remark("the daemon runs, pid " + daemon.status().pid());
            case STOP -> stop(call, daemon);
            case STATUS -> status(call, daemon.status());
            case CONFIG -> {
                StringBuilder out = new StringBuilder();
                DaemonSheet.appendConfiguration(out, daemon.configuration());
                call.out(out);
            }
        }
        return Call.OK;
    }

    private Action action() throws RefusedException {
        for (Action known : Action.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(action)) {
                return known;
            }
        }
        throw Usage.wrong(
                "the daemon can start, stop, status and config, not '" + Usage.text(action) + "'",
                "'q daemon --help' tells what they do");
    }

    private void status(Call call, DaemonControl.Status status) throws InterruptedException {
        if (json) {
            call.out(DaemonSheet.json(status));
            return;
        }
        StringBuilder out = new StringBuilder();
        DaemonSheet.appendTo(out, status, color.look(call));
        call.out(out);
    }

    private static void stop(Call call, DaemonControl daemon) throws RefusedException, InterruptedException {
        if (!call.administrator()) {
            throw new RefusedException(new Refusal(
                    Kind.NOT_PERMITTED,
                    "the daemon is not yours to stop: it serves everybody on this machine",
                    "ask an administrator"));
        }
        call.remark("the daemon stops; running jobs go on");
        daemon.stop();
    }
}
