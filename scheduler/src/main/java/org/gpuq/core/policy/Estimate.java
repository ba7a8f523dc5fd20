package org.gpuq.core.policy;

import java.time.Duration;
import java.util.Optional;

/**
 * When a queued job could start, counted from now. Nobody is promised anything: jobs end earlier and later than others like
 * them did, and people change the queue.
 *
 * @param earliest empty: nothing can be said
 * @param latest empty: nobody can say
 * @param reason why there is no latest, a phrase without anything a user typed; empty when there is one
 */
public record Estimate(Optional<Duration> earliest, Optional<Duration> latest, String reason) {
    static Estimate between(Duration earliest, Duration latest) {
        boolean inOrder = earliest.compareTo(latest) <= 0;
        return new Estimate(Optional.of(inOrder ? earliest : latest), Optional.of(inOrder ? latest : earliest), "");
    }

    /** "Not before now" says nothing, and so it is not said. */
    static Estimate from(Duration earliest, String reason) {
        return earliest.isZero() ? unknown(reason) : new Estimate(Optional.of(earliest), Optional.empty(), reason);
    }

    public static Estimate unknown(String reason) {
        return new Estimate(Optional.empty(), Optional.empty(), reason);
    }
}
