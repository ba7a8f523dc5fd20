package org.gpuq.daemon.port;

import org.gpuq.core.engine.State;
import org.gpuq.core.gpu.Lease.Phase;
import org.gpuq.core.job.Resources.Line;

/** How eagerly the GPUs should be looked at, from the least to the most. */
public enum PollPace {
    /** Nobody waits for what a look would tell. */
    RELAXED,
    /** A job waits for a GPU. */
    WANTED,
    /** A job's GPUs are waited for: whoever is next starts when they are clean. */
    COOLING;

    public static PollPace of(State state) {
        boolean cooling = state.leases().values().stream().anyMatch(lease -> lease.phase() instanceof Phase.Cooling);
        boolean severed =
                state.severed().stream().anyMatch(left -> left.goneNanos().isPresent());
        if (cooling || severed) {
            return COOLING;
        }
        return state.ready(Line.GPU).isEmpty() ? RELAXED : WANTED;
    }
}
