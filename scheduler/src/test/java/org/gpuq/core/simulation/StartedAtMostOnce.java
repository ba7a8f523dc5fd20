package org.gpuq.core.simulation;

import static org.gpuq.core.simulation.Invariant.when;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.gpuq.core.engine.Event;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Token;

/** A job starts once or never, and once more for each time it was queued again; each start has a token of its own. */
final class StartedAtMostOnce implements Invariant {
    private final Set<JobId> started = new HashSet<>();
    private final Set<Token> tokens = new HashSet<>();

    @Override
    public Optional<String> violation(Change change) {
        if (change.event() instanceof Event.Cleared) {
            started.clear(); // ids begin anew
        }
        if (change.event() instanceof Event.Requeued again) {
            started.remove(again.job());
        }
        if (!(change.event() instanceof Event.Starting start)) {
            return Optional.empty();
        }
        boolean newJob = started.add(start.job());
        boolean newToken = tokens.add(start.token());
        return when(
                !newJob || !newToken || change.world().program(start.token()).isPresent(), () -> "again: " + start);
    }
}
