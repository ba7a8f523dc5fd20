package org.gpuq.daemon.port;

import java.util.List;
import java.util.Optional;
import org.gpuq.core.job.Attempt;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;

/** Where a job's output is. */
public final class JobOutput {
    private static final String LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private JobOutput() {}

    /**
     * A name of its own for each start: the token's first eight digits tell it from an earlier queue's job of the same
     * number in the same directory.
     *
     * @param directory where outputs are kept, absolute
     */
    public static RawBytes path(RawBytes directory, JobId job, Token token) {
        String name = job + "-" + token.toString().substring(0, 8) + ".log";
        return in(directory, name);
    }

    /**
     * Where one start's output goes. In a directory of the submitter's choice it has the name that task-spooler gives, six
     * characters of chance behind {@code ts-out.}; else it is named like the job.
     *
     * @param directory where outputs are kept of those who chose none, absolute
     */
    public static RawBytes path(RawBytes directory, JobSpec spec, JobId job, Token token) {
        return spec.delivery()
                .directory()
                .map(own -> in(own, "ts-out." + letters(token)))
                .orElseGet(() -> path(directory, job, token));
    }

    private static String letters(Token token) {
        StringBuilder letters = new StringBuilder();
        long rest = token.low();
        for (int i = 0; i < 6; i++) {
            letters.append(LETTERS.charAt((int) Long.remainderUnsigned(rest, LETTERS.length())));
            rest = Long.divideUnsigned(rest, LETTERS.length());
        }
        return letters.toString();
    }

    private static RawBytes in(RawBytes directory, String name) {
        return new RawBytes(directory.latin1() + (directory.latin1().endsWith("/") ? "" : "/") + name);
    }

    /** Where standard error goes when it has a file of its own. */
    public static RawBytes errors(RawBytes output) {
        return new RawBytes(output.latin1() + ".e");
    }

    /** Of the runs after which it was queued again, the first one first. */
    public static List<RawBytes> earlier(RawBytes directory, Job job) {
        List<Attempt> past = job.spec().supervised() ? job.past() : List.of();
        return past.stream()
                .filter(attempt -> !job.lastRun().equals(Optional.of(attempt.run())))
                .map(attempt ->
                        path(directory, job.spec(), job.id(), attempt.run().token()))
                .toList();
    }

    /** Empty for a job that never started, one that runs in its caller's terminal, and one that was adopted. */
    public static Optional<RawBytes> path(RawBytes directory, Job job) {
        return job.spec().supervised()
                ? job.lastRun().map(Run::token).map(token -> path(directory, job.spec(), job.id(), token))
                : Optional.empty();
    }
}
