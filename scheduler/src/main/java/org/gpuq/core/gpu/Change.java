package org.gpuq.core.gpu;

import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened to a GPU, for its history. What jobs did with it is not here: the jobs tell that themselves.
 *
 * @param what a state's word, or {@code resumed} or {@code released}
 * @param reason a phrase; may hold what an administrator typed, control characters included
 */
public record Change(Instant at, String what, String reason) {
    /** What an event means to a GPU's history; empty when it is about a process or a job. */
    static Optional<Change> of(GpuEvent event) {
        return switch (event) {
            case GpuEvent.Drained it ->
                Optional.of(new Change(it.at(), "drained", by(it.by().name(), it.reason())));
            case GpuEvent.Resumed it ->
                Optional.of(new Change(it.at(), "resumed", by(it.by().name(), it.reason())));
            case GpuEvent.Quarantined it ->
                Optional.of(new Change(it.at(), "quarantined", it.trouble().reason()));
            case GpuEvent.Released it -> Optional.of(new Change(it.at(), "released", "it is well again"));
            case GpuEvent.Turned it -> Optional.of(new Change(it.at(), it.state(), it.reason()));
            case GpuEvent.Pardoned it -> Optional.empty();
            case GpuEvent.PardonEnded it -> Optional.empty();
            case GpuEvent.Raced it ->
                Optional.of(
                        new Change(it.at(), "raced", "a process of no job came while job " + it.job() + " started"));
            case GpuEvent.Remarked it -> Optional.empty();
        };
    }

    private static String by(String name, String reason) {
        return "by " + name + (reason.isEmpty() ? "" : ": " + reason);
    }
}
