package org.gpuq.core.policy;

import java.time.Duration;
import java.util.Optional;

/**
 * A time of which only bounds are known.
 *
 * @param least never negative
 * @param most empty: nobody can say
 */
public record Span(Duration least, Optional<Duration> most) {
    public static final Span UNKNOWN = new Span(Duration.ZERO, Optional.empty());

    public Span {
        least = least.isNegative() ? Duration.ZERO : least;
        Duration bottom = least;
        most = most.map(top -> top.compareTo(bottom) < 0 ? bottom : top);
    }

    public static Span of(Duration least, Duration most) {
        return new Span(least, Optional.of(most));
    }

    /** No longer than that. */
    Span within(Duration limit) {
        Duration top = most.filter(it -> it.compareTo(limit) < 0).orElse(limit);
        return of(least.compareTo(limit) > 0 ? limit : least, top);
    }

    /** What is left of it after so long. */
    Span after(Duration elapsed) {
        return new Span(least.minus(elapsed), most.map(top -> top.minus(elapsed)));
    }
}
