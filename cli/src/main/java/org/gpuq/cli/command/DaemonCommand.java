package org.gpuq.cli.command;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Locale;
import org.gpuq.cli.render.DaemonSheet;
import org.gpuq.core.engine.Deed;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.model.RawBytes;
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
        optionListHeading = "%n",
        customSynopsis = "q daemon [OPTION]... start|stop|status|config|backup FILE|salvage",
        description = {
            "",
            "start   is done by q whenever no daemon runs; this only says that one does",
            "stop    ends the daemon; running jobs go on, and the next one finds them",
            "status  shows its process, versions, addresses and driver, and when it last crashed",
            "config  shows every setting in force, and where it is from",
            "backup  copies the queue into a new FILE, as it is; to go back to it, stop the daemon and put the copy in the"
                    + " place of journal.db in its directory",
            "salvage saves what can be read of a damaged queue, and sets the damaged file aside; while no daemon runs"
        },
        footer = {"", "Examples:", "  q daemon status --json", "  q daemon config", "  q daemon backup queue.db"})
final class DaemonCommand implements Verb {
    /** What to do. */
    enum Action {
        START,
        STOP,
        STATUS,
        CONFIG,
        BACKUP
    }

    /** It is done where no daemon can run, so that it only comes here when one does. */
    private static final String SALVAGE = "salvage";

    @Option(names = "--json", description = "As JSON: status alone.")
    boolean json;

    @Mixin
    Color color = new Color();

    @Mixin
    Help help = new Help();

    @Parameters(paramLabel = "ACTION", index = "0", arity = "1", hidden = true, description = "start, stop, …")
    String action = "";

    @Parameters(paramLabel = "FILE", index = "1", arity = "0..1", hidden = true, description = "for backup")
    @Nullable String file;

    @Override
    public int run(Call call) throws RefusedException, InterruptedException {
        DaemonControl daemon = call.services().daemon();
        switch (action()) {
            case START -> call.remark("the daemon runs, pid " + daemon.status().pid());
            case BACKUP -> backup(call, daemon);
            case STOP -> stop(call, daemon);
            case STATUS -> status(call, daemon.status(), daemon.health());
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
        if (action.equals(SALVAGE)) {
            throw new RefusedException(new Refusal(
                    Kind.FAILED,
                    "the daemon runs, so its queue can be read: there is nothing to salvage",
                    "if that is not so, stop it first: q daemon stop"));
        }
        throw Usage.wrong(
                "the daemon can start, stop, status, config, backup and salvage, not '" + Usage.text(action) + "'",
                "'q daemon --help' tells what they do");
    }

    /** The daemon itself writes the copy, so it is only for whoever it runs as. */
    private void backup(Call call, DaemonControl daemon) throws RefusedException, InterruptedException {
        if (file == null || file.isEmpty()) {
            throw Usage.wrong("backup needs a FILE to make", "q daemon backup queue.db");
        }
        if (daemon.status().mode() != DaemonControl.Mode.EMBEDDED && !call.may(Deed.COPY_QUEUE)) {
            throw new RefusedException(new Refusal(
                    Kind.NOT_PERMITTED,
                    "the queue of this machine is not yours to copy",
                    "whoever runs it copies its directory while the daemon is stopped"));
        }
        Path path = Path.of(call.request().directory().text()).resolve(new RawBytes(file).text());
        try {
            daemon.backup(path);
        } catch (FileAlreadyExistsException e) {
            throw new RefusedException(
                    new Refusal(Kind.FAILED, Usage.text(file) + " is there already", "name a new file"));
        } catch (IOException e) {
            throw new RefusedException(new Refusal(
                    Kind.FAILED,
                    Usage.text(file) + " cannot be written: " + Usage.text(String.valueOf(e.getMessage())),
                    ""));
        }
        call.remark("the queue is copied into " + Usage.text(file));
    }

    private void status(Call call, DaemonControl.Status status, DaemonControl.Health health)
            throws InterruptedException {
        if (json) {
            call.out(DaemonSheet.json(status, health));
            return;
        }
        StringBuilder out = new StringBuilder();
        DaemonSheet.appendTo(out, status, health, color.look(call));
        call.out(out);
    }

    private static void stop(Call call, DaemonControl daemon) throws RefusedException, InterruptedException {
        if (!call.may(Deed.STOP_DAEMON)) {
            throw new RefusedException(new Refusal(
                    Kind.NOT_PERMITTED,
                    "the daemon is not yours to stop: it serves everybody on this machine",
                    "ask an administrator"));
        }
        call.remark("the daemon stops; running jobs go on");
        daemon.stop(call.user());
    }
}
