package org.gpuq.core.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.gpuq.core.engine.Event;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.model.JobId;

/** An accepted job is in the list as it was asked for, until it has ended and is forgotten, or the queue is ended. */
final class NothingAcknowledgedIsLost implements Invariant {
    private final Map<JobId, JobSpec> accepted = new HashMap<>();
    private final Set<JobId> ended = new HashSet<>();
    private final Set<JobId> forgotten = new HashSet<>();

    /** Somebody was told this id. */
    void acknowledged(JobId id, JobSpec spec) {
        if (accepted.put(id, spec) != null) {
            throw new AssertionError("NothingAcknowledgedIsLost: two jobs got the id " + id);
        }
    }

    @Override
    public Optional<String> violation(Change change) {
        if (change.event() instanceof Event.Ended end) {
            ended.add(end.job());
        }
        if (change.event() instanceof Event.Cleared) {
            accepted.clear();
            ended.clear();
            forgotten.clear();
        }
        if (change.event() instanceof Event.Forgotten some) {
            forgotten.addAll(some.jobs());
            return some.jobs().stream()
                    .filter(id -> !ended.contains(id))
                    .findFirst()
                    .map(id -> "job " + id + " is forgotten before its end");
        }
        return Optional.empty();
    }

    @Override
    public Optional<String> violation(Rest rest) {
        return accepted.entrySet().stream()
                .filter(entry -> !forgotten.contains(entry.getKey()))
                .filter(entry ->
                        !rest.state().job(entry.getKey()).map(Job::spec).equals(Optional.of(entry.getValue())))
                .findFirst()
                .map(entry -> "job " + entry.getKey() + " is gone, or another one");
    }
}
