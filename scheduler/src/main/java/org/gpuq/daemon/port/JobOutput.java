package org.gpuq.daemon.port;

import java.util.List;
import java.util.Optional;
import org.gpuq.core.job.Attempt;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;

/** Where a job's output is. */
public final class JobOutput {
    private JobOutput() {}

    /**
     * A name of its own for each start: the token's first eight digits tell it from an earlier queue's job of the same
     * number in the same directory.
     *
     * @param directory where outputs are kept, absolute
     */
    public static RawBytes path(RawBytes directory, JobId job, Token token) {
        String name = job + "-" + token.toString().substring(0, 8) + ".log";
        return new RawBytes(directory.latin1() + (directory.latin1().endsWith("/") ? "" : "/") + name);
    }

    /** Of the runs after which it was queued again, the first one first. */
    public static List<RawBytes> earlier(RawBytes directory, Job job) {
        List<Attempt> past = job.spec().foreground() ? List.of() : job.past();
        return past.stream()
                .filter(attempt -> !job.lastRun().equals(Optional.of(attempt.run())))
                .map(attempt -> path(directory, job.id(), attempt.run().token()))
                .toList();
    }

    /** Empty for a job that never started and for one that runs in its caller's terminal. */
    public static Optional<RawBytes> path(RawBytes directory, Job job) {
        return job.spec().foreground()
                ? Optional.empty()
                : job.lastRun().map(Run::token).map(token -> path(directory, job.id(), token));
    }
}
