package org.gpuq.core.job;

import java.time.Instant;
import java.util.Optional;

/**
 * Where a job stands. Legal transitions, and no others:
 *
 * <pre>
 * Queued ──▶ Starting ──▶ Running ──▶ Ended
 *    │           │                      ▲
 *    └───────────┴──────────────────────┘
 * </pre>
 *
 * and back to Queued from Starting and Running when it is to be tried again.
 */
public sealed interface JobState {
    /**
     * Waits for its turn; the reason is worked out when somebody looks.
     *
     * @param rest after a run that came to nothing: it does not stand in line before this is over
     */
    record Queued(Optional<Rest> rest) implements JobState {
        public Queued() {
            this(Optional.empty());
        }
    }

    /**
     * A pause between two runs.
     *
     * @param untilNanos by the monotonic clock of this boot
     * @param undecided it is tried again only if one of its GPUs turns out to have a fault
     */
    record Rest(long untilNanos, boolean undecided) {}

    /** The start is decided and durable; its process may or may not run yet. */
    record Starting(Run run) implements JobState {}

    /** Its process runs. */
    record Running(Run run) implements JobState {}

    /**
     * It is over.
     *
     * @param run absent when it never started
     * @param at by the wall clock
     */
    record Ended(End end, Optional<Run> run, Instant at) implements JobState {}

    /** The start it is in or was in, if there was one. */
    default Optional<Run> maybeRun() {
        return switch (this) {
            case Queued queued -> Optional.empty();
            case Starting starting -> Optional.of(starting.run());
            case Running running -> Optional.of(running.run());
            case Ended ended -> ended.run();
        };
    }

    /** Started and not ended: it holds what it was given. */
    default boolean active() {
        return this instanceof Starting || this instanceof Running;
    }

    /** One lower-case word, for JSON, metrics and lists. */
    default String word() {
        return switch (this) {
            case Queued queued -> "queued";
            case Starting starting -> "starting";
            case Running running -> "running";
            case Ended ended ->
                switch (ended.end()) {
                    case End.Finished finished -> "finished";
                    case End.Failed failed -> "failed";
                    case End.TimedOut timedOut -> "failed";
                    case End.NotStarted notStarted -> "failed";
                    case End.Cancelled cancelled -> "cancelled";
                    case End.Skipped skipped -> "skipped";
                    case End.Lost lost -> "lost";
                    case End.MadeWay madeWay -> "failed";
                    case End.Departed departed -> departed.by().isPresent() ? "cancelled" : "finished";
                };
        };
    }
}
