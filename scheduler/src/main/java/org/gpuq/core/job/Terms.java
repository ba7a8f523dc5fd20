package org.gpuq.core.job;

import java.util.Optional;

/**
 * For how long a job may run, and when it is run again.
 *
 * @param time empty: as long as it likes
 */
public record Terms(Optional<TimeLimit> time, Retries retries) {
    /** It runs once, for as long as it likes. */
    public static final Terms PLAIN = new Terms(Optional.empty(), Retries.NONE);
}
