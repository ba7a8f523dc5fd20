package org.gpuq.core.simulation;

import static org.gpuq.core.simulation.Invariant.when;

import java.util.Optional;
import org.gpuq.core.job.Resources.Line;

/** No more CPU jobs run at once than there are slots. */
final class SlotsNeverExceeded implements Invariant {
    @Override
    public Optional<String> violation(Rest rest) {
        long running = Runs.of(rest.state(), Line.CPU);
        int slots = rest.surroundings().settings().slots();
        return when(running > slots, () -> running + " CPU jobs run in " + slots + " slots");
    }
}
