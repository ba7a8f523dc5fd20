package org.gpuq.core.simulation;

import static org.gpuq.core.simulation.Invariant.when;

import java.util.Optional;
import org.gpuq.core.job.Job;

/** The CPU jobs that run at once have together no more slots than there are. */
final class SlotsNeverExceeded implements Invariant {
    @Override
    public Optional<String> violation(Rest rest) {
        int taken = 0;
        for (Job job : rest.state().jobs()) {
            taken += job.state().active() ? job.spec().resources().slots() : 0;
        }
        int given = taken;
        int slots = rest.surroundings().settings().slots();
        return when(given > slots, () -> given + " of " + slots + " slots are taken");
    }
}
