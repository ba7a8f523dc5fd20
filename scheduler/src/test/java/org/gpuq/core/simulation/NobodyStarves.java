package org.gpuq.core.simulation;

import static org.gpuq.core.simulation.Invariant.when;

import java.util.Optional;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.Resources;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.model.JobId;

/**
 * Within a line jobs start in the order in which they came, but for those that ask for more than there is, and nothing
 * waits while there is room for it. That everything has its turn in the end is looked at when a history is over.
 */
final class NobodyStarves implements Invariant {
    @Override
    public Optional<String> violation(Change change) {
        if (!(change.event() instanceof Event.Starting start) || AdoptedAsSeen.adoption(change, start)) {
            return Optional.empty();
        }
        State before = change.before();
        View view = new View(
                before,
                change.surroundings().gpus(),
                change.surroundings().settings(),
                change.surroundings().now());
        int needed = start.gpus().size();
        for (JobId id : before.ready(needed > 0 ? Line.GPU : Line.CPU)) {
            if (id.equals(start.job())) {
                return Optional.empty();
            }
            Resources asked = before.job(id).orElseThrow().spec().resources();
            if (asked.gpus() <= fit(view) && asked.slots() <= slots(view)) {
                return Optional.of("job " + start.job() + " overtakes job " + id);
            }
        }
        return Optional.of("job " + start.job() + " starts, but is in no line");
    }

    @Override
    public Optional<String> violation(Rest rest) {
        State state = rest.state();
        View view = new View(
                state,
                rest.surroundings().gpus(),
                rest.surroundings().settings(),
                rest.surroundings().now());
        return state.stopped().isPresent()
                ? Optional.empty()
                : slotIdle(state, view).or(() -> gpuIdle(state, view));
    }

    private static Optional<String> slotIdle(State state, View view) {
        int free = slots(view) - state.slotsTaken();
        for (JobId id : state.ready(Line.CPU)) {
            int asked = state.job(id).orElseThrow().spec().resources().slots();
            if (asked <= slots(view)) {
                return when(asked <= free, () -> "job " + id + " waits although " + free + " slots are free");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> gpuIdle(State state, View view) {
        if (state.ready(Line.GPU).isEmpty()) {
            return Optional.empty();
        }
        int fit = fit(view);
        long free = count(view, GpuState.Free.class);
        for (JobId id : state.ready(Line.GPU)) {
            Job job = state.job(id).orElseThrow();
            int asked = job.spec().resources().gpus();
            if (asked <= fit) {
                return when(asked <= free, () -> "job " + id + " waits although " + free + " GPUs are free");
            }
        }
        return Optional.empty();
    }

    private static int slots(View view) {
        return view.slots();
    }

    private static int fit(View view) {
        return (int) view.gpuStates().values().stream().filter(GpuState::fit).count();
    }

    private static long count(View view, Class<? extends GpuState> kind) {
        return view.gpuStates().values().stream().filter(kind::isInstance).count();
    }
}
