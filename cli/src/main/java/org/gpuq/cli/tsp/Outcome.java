package org.gpuq.cli.tsp;

import org.gpuq.core.job.End;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Usage;

/** How a job ended, in task-spooler's numbers. */
final class Outcome {
    private static final int NONE_OF_ITS_OWN = -1;

    private Outcome() {}

    /** The job's exit code; -1 when it has none of its own: killed, not found, never run, unknown. */
    static int level(End end) {
        return switch (end) {
            case End.Finished finished -> 0;
            case End.Failed failed -> level(failed.status());
            case End.TimedOut late -> late.status().success() ? End.TIMED_OUT : level(late.status());
            case End.Cancelled cancelled ->
                cancelled.status().map(Outcome::level).orElse(NONE_OF_ITS_OWN);
            case End.NotStarted notStarted -> NONE_OF_ITS_OWN;
            case End.Skipped skipped -> NONE_OF_ITS_OWN;
            case End.Lost lost -> NONE_OF_ITS_OWN;
            case End.Departed departed -> NONE_OF_ITS_OWN;
            case End.MadeWay madeWay -> level(madeWay.status());
        };
    }

    private static int level(ExitStatus status) {
        return switch (status) {
            case ExitStatus.Exited exited -> exited.code();
            case ExitStatus.Killed killed -> NONE_OF_ITS_OWN;
        };
    }

    /** What {@code q} exits with for it, 0 to 255. */
    static int exitStatus(End end) {
        return level(end) & 0xff;
    }

    /** Whether it never had its turn. */
    static boolean skipped(End end) {
        return switch (end) {
            case End.Skipped skipped -> true;
            case End.Cancelled cancelled -> cancelled.status().isEmpty();
            case End.Finished finished -> false;
            case End.Failed failed -> false;
            case End.TimedOut late -> false;
            case End.NotStarted notStarted -> false;
            case End.Lost lost -> false;
            case End.Departed departed -> false;
            case End.MadeWay madeWay -> false;
        };
    }

    static Usage usage(End end) {
        return switch (end) {
            case End.Finished finished -> finished.usage();
            case End.Failed failed -> failed.usage();
            case End.TimedOut late -> late.usage();
            case End.Cancelled cancelled -> cancelled.usage();
            case End.NotStarted notStarted -> Usage.NONE;
            case End.Skipped skipped -> Usage.NONE;
            case End.Lost lost -> Usage.NONE;
            case End.Departed departed -> Usage.NONE;
            case End.MadeWay madeWay -> madeWay.usage();
        };
    }
}
