package org.gpuq.cli.command;

import java.util.List;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.job.ResourceLimit;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.RefusedException;

/**
 * What execve(2) takes on Linux, so that a job that could never start is refused while somebody is there to read why: one
 * word at most 32 pages, and all words, variables and their pointers together a quarter of the stack limit, at least 128
 * KiB and at most 6 MiB.
 */
final class ExecLimits {
    /** MAX_ARG_STRLEN, its final NUL included. */
    static final int LONGEST_WORD = 131_072;

    private static final int RLIMIT_STACK = 3;
    private static final long LEAST_TOTAL = 128 << 10;
    private static final long MOST_TOTAL = 6 << 20;
    private static final int POINTER = 8;

    /** For what the daemon adds: names of up to 64 GPUs twice, the job's id, the program's path. */
    private static final long OURS = 12 << 10;

    private ExecLimits() {}

    static void check(List<RawBytes> command, List<RawBytes> environment, List<ResourceLimit> limits)
            throws RefusedException {
        for (RawBytes word : command) {
            if (word.length() >= LONGEST_WORD) {
                throw tooLong("an argument of the command has " + word.length()
                        + " bytes, and the kernel takes at most " + (LONGEST_WORD - 1));
            }
        }
        long total = size(command) + size(environment);
        long most = total(limits);
        if (total + OURS > most) {
            throw tooLong("the command and the environment together have " + total
                    + " bytes, and the kernel takes at most " + (most - OURS) + " for a job");
        }
    }

    private static RefusedException tooLong(String message) {
        return new RefusedException(
                new Refusal(Kind.FAILED, message, "put the long part into a file and name the file"));
    }

    private static long size(List<RawBytes> words) {
        long size = 0;
        for (RawBytes word : words) {
            size += word.length() + 1 + POINTER;
        }
        return size;
    }

    private static long total(List<ResourceLimit> limits) {
        if (limits.size() <= RLIMIT_STACK) {
            return MOST_TOTAL;
        }
        long quarter = Long.divideUnsigned(limits.get(RLIMIT_STACK).soft(), 4);
        return Math.clamp(quarter, LEAST_TOTAL, MOST_TOTAL);
    }
}
