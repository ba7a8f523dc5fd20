package org.gpuq.core.job;

import java.time.Duration;
import java.util.Optional;

/**
 * How long one run of a job may last, from the start of its process, by the monotonic clock. When it is over the job gets
 * TERM, and KILL after the grace of a cancellation.
 *
 * @param limit more than zero
 */
public record TimeLimit(Duration limit, Optional<Warning> warning) {
    public TimeLimit {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("a time limit must be more than zero: " + limit);
        }
    }

    /**
     * A signal that tells the job to come to an end by itself. After a restart of the daemon it may come twice.
     *
     * @param signal its number
     * @param before how long before the limit; from the start on when it is longer than that
     */
    public record Warning(int signal, Duration before) {}
}
