package org.gpuq.core.simulation;

import static org.gpuq.core.simulation.Invariant.when;

import java.util.Optional;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.SlotsSet;
import org.gpuq.core.job.Job;

/** The CPU jobs that run at once have together no more slots than there are. */
final class SlotsNeverExceeded implements Invariant {
    /** Looked at when a job starts: whoever takes slots away lets those go on that have them. */
    @Override
    public Optional<String> violation(Change change) {
        if (!(change.event() instanceof Event.Starting start) || !start.gpus().isEmpty()) {
            return Optional.empty();
        }
        int taken = 0;
        for (Job job : change.after().jobs()) {
            taken += job.state().active() ? job.spec().resources().slots() : 0;
        }
        int given = taken;
        int slots = change.after()
                .slots()
                .map(SlotsSet::slots)
                .orElse(change.surroundings().settings().slots());
        return when(given > slots, () -> given + " of " + slots + " slots are taken");
    }
}
