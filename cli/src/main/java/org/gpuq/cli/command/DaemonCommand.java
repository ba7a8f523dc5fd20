package org.gpuq.cli.command;

import org.gpuq.cli.render.DaemonSheet;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.daemon.port.DaemonControl;
import org.gpuq.daemon.port.RefusedException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks after the daemon itself. */
@Command(
        name = "daemon",
        header = "Start, stop or look at the daemon.",
        customSynopsis = "q daemon [OPTION]... start|stop|status|config",
        description = {
            "",
            "start   q starts the daemon when none runs; this only says that it does.",
            "stop    The daemon ends. Running jobs go on, and the next daemon finds them again.",
            "status  Process, address, driver.",
            "config  Every setting that is in force, and where it is from."
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

    @Parameters(paramLabel = "ACTION", arity = "1", description = "start, stop, status or config")
    @Nullable Action action;

    @Override
    public int run(Call call) throws RefusedException, InterruptedException {
        if (action == null) {
            throw Usage.wrong("there is nothing to do for the daemon", "start, stop, status or config");
        }
        DaemonControl daemon = call.services().daemon();
        switch (action) {
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
