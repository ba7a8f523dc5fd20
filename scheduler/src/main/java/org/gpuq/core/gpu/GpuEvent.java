package org.gpuq.core.gpu;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.User;

/** What is written down about GPUs beyond their leases. Names and components are the journal's format. */
public sealed interface GpuEvent {
    /** An administrator takes it out of use; a job that runs on it goes on. */
    record Drained(GpuId gpu, User by, String reason, Instant at) implements GpuEvent {}

    /**
     * An administrator gives it back to the queue.
     *
     * @param accepted marks of troubles that are not to set it aside again
     */
    record Resumed(GpuId gpu, User by, String reason, Set<String> accepted, Instant at) implements GpuEvent {
        public Resumed {
            accepted = Set.copyOf(accepted);
        }
    }

    /** Its health sets it aside. */
    record Quarantined(GpuId gpu, Trouble trouble, Instant at, long atMonotonicNanos) implements GpuEvent {}

    /** It is healthy again. */
    record Released(GpuId gpu, Instant at) implements GpuEvent {}

    /**
     * A process of no job does not block any more.
     *
     * @param process pid and start time: whoever gets the pid next is meant not at all
     * @param untilMonotonicNanos how long
     */
    record Pardoned(ProcessKey process, User by, String reason, Instant at, long untilMonotonicNanos)
            implements GpuEvent {}

    /** It has gone, or its time is over. */
    record PardonEnded(ProcessKey process, Instant at) implements GpuEvent {}

    /**
     * It came into a state that neither a job nor any other event tells of, or out of it.
     *
     * @param state the state's word
     * @param reason a phrase; empty when the state says it all
     */
    record Turned(GpuId gpu, String state, String reason, Instant at) implements GpuEvent {}

    /**
     * A process outside the queue came onto a job's GPU while the job started; its owner should know.
     *
     * @param text what is said
     */
    record Raced(JobId job, GpuId gpu, String text, Instant at) implements GpuEvent {}

    /** Something a job's owner should know. */
    record Remarked(JobId job, String text, Instant at) implements GpuEvent {}

    /** The GPU that it is about, if it is about one. */
    default Optional<GpuId> maybeGpu() {
        return switch (this) {
            case Drained it -> Optional.of(it.gpu());
            case Resumed it -> Optional.of(it.gpu());
            case Quarantined it -> Optional.of(it.gpu());
            case Released it -> Optional.of(it.gpu());
            case Turned it -> Optional.of(it.gpu());
            case Pardoned it -> Optional.empty();
            case PardonEnded it -> Optional.empty();
            case Raced it -> Optional.of(it.gpu());
            case Remarked it -> Optional.empty();
        };
    }
}
