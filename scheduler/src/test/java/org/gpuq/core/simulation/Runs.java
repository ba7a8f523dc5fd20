package org.gpuq.core.simulation;

import org.gpuq.core.engine.State;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.Resources.Line;

/** Counts what runs by looking at every job, not at an index. */
final class Runs {
    private Runs() {}

    static long of(State state, Line line) {
        long count = 0;
        for (Job job : state.jobs()) {
            if (job.state().active() && job.spec().resources().line() == line) {
                count++;
            }
        }
        return count;
    }
}
