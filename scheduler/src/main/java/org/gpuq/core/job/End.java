package org.gpuq.core.job;

import java.util.Optional;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.User;

/** How a job ended; each case says all that is known. */
public sealed interface End {
    /** What timeout(1) exits with. */
    int TIMED_OUT = 124;

    /** Its process exited with 0. */
    record Finished(Usage usage) implements End {}

    /** Its process exited with another code or was killed by a signal that nobody asked gpuq for. */
    record Failed(ExitStatus status, Usage usage) implements End {}

    /**
     * It ran for longer than it was allowed to.
     *
     * @param status how its process ended then; it may well have been a success
     */
    record TimedOut(ExitStatus status, Usage usage) implements End {}

    /** Its program never ran. */
    record NotStarted(StartFailure failure) implements End {}

    /**
     * Somebody took it back.
     *
     * @param status how its process ended, when it had one
     */
    record Cancelled(User by, Optional<ExitStatus> status, Usage usage) implements End {}

    /** It never ran because {@code parent}, which it was to follow, did not finish successfully. */
    record Skipped(JobId parent) implements End {}

    /**
     * What became of it cannot be known.
     *
     * @param reason a sentence without a full stop
     */
    record Lost(String reason) implements End {}

    /**
     * An adopted process has gone, and nobody was told how: it was not gpuq's to wait for.
     *
     * @param by who wanted its end; empty: it ended by itself
     */
    record Departed(Optional<User> by) implements End {}

    /**
     * It was asked to end before it was seen on its GPU, since a process outside the queue had come there first.
     *
     * @param status how its process ended then
     */
    record MadeWay(ExitStatus status, Usage usage) implements End {}

    /** What is not known to have failed has not: who waits for an adopted process waits for its end. */
    default boolean success() {
        return this instanceof Finished
                || (this instanceof Departed departed && departed.by().isEmpty());
    }

    /** What {@code wait} returns: the job's own code, 128 plus the signal, or 255 when it has none of its own. */
    default int shellCode() {
        return switch (this) {
            case Finished finished -> 0;
            case Failed failed -> failed.status().shellCode();
            case TimedOut timedOut ->
                timedOut.status().success() ? TIMED_OUT : timedOut.status().shellCode();
            case NotStarted notStarted -> notStarted.failure().shellCode();
            case Cancelled cancelled ->
                cancelled.status().map(ExitStatus::shellCode).orElse(255);
            case Skipped skipped -> 255;
            case Lost lost -> 255;
            case Departed departed -> departed.by().isPresent() ? 255 : 0;
            case MadeWay madeWay -> 255;
        };
    }
}
