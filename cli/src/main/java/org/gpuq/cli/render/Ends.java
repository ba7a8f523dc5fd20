package org.gpuq.cli.render;

import org.gpuq.core.job.End;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.StartFailure;

/** How jobs ended, in words. */
public final class Ends {
    private static final int ENODEV = 19;
    private static final int EKEYEXPIRED = 127;

    private Ends() {}

    /** A sentence without a full stop, safe to print. */
    public static String sentence(End end) {
        return switch (end) {
            case End.Finished finished -> "finished";
            case End.Failed failed -> sentence(failed.status());
            case End.TimedOut timedOut -> "ran longer than it was allowed to: " + sentence(timedOut.status());
            case End.NotStarted notStarted -> sentence(notStarted.failure());
            case End.Cancelled cancelled ->
                "cancelled by " + Sanitize.text(cancelled.by().name())
                        + cancelled
                                .status()
                                .map(status -> ": " + sentence(status))
                                .orElse(" before it started");
            case End.Skipped skipped ->
                "job " + skipped.parent() + ", which it was to follow, did not finish successfully";
            case End.Lost lost -> Sanitize.text(lost.reason());
            case End.MadeWay madeWay -> "made way for a process outside the queue that was on its GPU first";
            case End.Departed departed ->
                departed.by()
                        .map(by -> "cancelled by " + Sanitize.text(by.name()))
                        .orElse("it has ended; how is not known, since it was adopted");
        };
    }

    static String sentence(ExitStatus status) {
        return switch (status) {
            case ExitStatus.Exited exited -> "exited with code " + exited.code();
            case ExitStatus.Killed killed ->
                "killed by signal " + killed.signal() + " (" + Signals.name(killed.signal()) + ")"
                        + (killed.core() ? ", core dumped" : "");
        };
    }

    public static String sentence(StartFailure failure) {
        String why = Errno.meaning(failure.errno());
        return switch (failure.stage()) {
            case SUPERVISOR -> "its supervisor could not be started: " + why;
            case RECORD -> "its exit record could not be created: " + why;
            case CGROUP -> "its control group could not be set up: " + why;
            case SESSION -> "its session could not be set up: " + why;
            case IDENTITY ->
                failure.errno() == EKEYEXPIRED
                        ? "its user's account is locked or has expired, and may not run jobs"
                        : "it could not become its user: " + why;
            case DIRECTORY -> "its working directory cannot be entered: " + why;
            case OUTPUT -> "its output file cannot be written: " + why;
            case LIMITS -> "its resource limits cannot be set: " + why;
            case DEVICES ->
                failure.errno() == ENODEV
                        ? "it could not be confined to its GPUs: the driver does not say which device files are theirs"
                        : "it could not be confined to its GPUs' device files: " + why;
            case EXEC -> failure.errno() == 2 ? "command not found" : "its program cannot be run: " + why;
        };
    }

    /** What belongs to the state in a list: {@code 1} or {@code KILL}; often nothing. */
    static String detail(End end) {
        return switch (end) {
            case End.Failed failed ->
                switch (failed.status()) {
                    case ExitStatus.Exited exited -> " " + exited.code();
                    case ExitStatus.Killed killed ->
                        " " + Signals.name(killed.signal()).replace("SIG", "");
                };
            case End.TimedOut timedOut -> " time";
            case End.Finished finished -> "";
            case End.NotStarted notStarted -> "";
            case End.Cancelled cancelled -> "";
            case End.Skipped skipped -> "";
            case End.Lost lost -> "";
            case End.Departed departed -> "";
            case End.MadeWay madeWay -> " race";
        };
    }
}
