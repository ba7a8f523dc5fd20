package org.gpuq.daemon.port;

import java.time.Duration;
import org.gpuq.core.model.RawBytes;

/** What a client reports after it was asked to run a job or to show a file. */
public sealed interface ForegroundEvent {

    /**
     * The job's process runs.
     *
     * @param pid a process id as the client names it; believe it only as far as the kernel confirms it
     */
    record Started(int pid) implements ForegroundEvent {}

    /**
     * The job's process ended.
     *
     * @param waitStatus as {@code waitpid} gives it: the exit code in bits 8 to 15, or the signal in bits 0 to 6
     * @param userTime CPU time of the job's processes in user mode
     * @param systemTime CPU time of the job's processes in the kernel
     * @param peakMemoryBytes the largest resident size that one of them reached
     */
    record Ended(int waitStatus, Duration userTime, Duration systemTime, long peakMemoryBytes)
            implements ForegroundEvent {}

    /**
     * The job could not be started.
     *
     * @param stage which step failed, in the protocol's numbers: 6 directory, 9 exec, …
     * @param errno why, by the kernel's word
     */
    record NotStarted(int stage, int errno) implements ForegroundEvent {}

    /**
     * The client could not read the file of {@link Client#showFile}; it has said so on its standard error, and exits
     * with 1 should the command's status be 0.
     *
     * @param errno why, by the kernel's word
     */
    record FileFailed(int errno) implements ForegroundEvent {}

    /**
     * What the command of {@link Client#capture} printed, on standard output and error.
     *
     * @param output at most {@value #MOST_BYTES} bytes
     * @param cut whether there was more
     */
    record Captured(RawBytes output, boolean cut) implements ForegroundEvent {
        public static final int MOST_BYTES = 64 << 10;
    }

    /** The client is gone. It is the last event, and every further question is answered with it. */
    record Gone() implements ForegroundEvent {}
}
