package org.gpuq.core.engine;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gpuq.core.gpu.Availability;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.policy.Situation;
import org.gpuq.core.policy.Verdict;

/** Brings the state, the latest poll and the policy together: who starts, who waits and why. */
final class Schedule {
    private Schedule() {}

    /** Starts whatever the policy lets start. */
    static void start(Draft draft) {
        State state = draft.state();
        if (state.stopped().isPresent()
                || (state.ready(Line.CPU).isEmpty() && state.ready(Line.GPU).isEmpty())) {
            return;
        }
        Engine.POLICY.judge(situation(view(draft)), (job, verdict) -> switch (verdict) {
            case Verdict.Start start -> {
                draft.add(new Event.Starting(
                        job.id(),
                        draft.surroundings().tokens().get(),
                        start.gpus(),
                        draft.surroundings().now().wall()));
                yield true;
            }
            case Verdict.Wait wait -> !wait.reason().holdsUp();
        });
    }

    static View view(Draft draft) {
        Surroundings around = draft.surroundings();
        return new View(draft.state(), around.gpus(), around.settings(), around.now());
    }

    static Situation situation(View view) {
        State state = view.state();
        Map<Line, Iterable<Job>> lines = new EnumMap<>(Line.class);
        for (Line line : Line.values()) {
            lines.put(line, () -> jobs(state, line));
        }
        // States are worth working out only when a job waits for a GPU.
        List<Situation.Gpu> gpus = state.ready(Line.GPU).isEmpty()
                ? List.of()
                : gpuStates(view).entrySet().stream()
                        .map(entry -> new Situation.Gpu(entry.getKey(), entry.getValue()))
                        .toList();
        return new Situation(lines, view.slots(), state.slotsTaken(), gpus, stale(view));
    }

    private static Iterator<Job> jobs(State state, Line line) {
        Iterator<JobId> ids = state.ready(line).iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return ids.hasNext();
            }

            @Override
            public Job next() {
                return state.job(ids.next()).orElseThrow();
            }
        };
    }

    private static Optional<String> driverTrouble(View view) {
        return switch (view.gpus().driver()) {
            case Driver.Ready ready -> Optional.empty();
            case Driver.Absent absent -> Optional.of(absent.reason());
            case Driver.Failing failing -> Optional.of(failing.reason());
        };
    }

    static Map<GpuId, GpuState> gpuStates(View view) {
        Map<GpuId, Lease> leases = new HashMap<>();
        view.state().leases().values().forEach(lease -> lease.gpus().forEach(gpu -> leases.put(gpu, lease)));
        Optional<String> stale = stale(view);
        Map<GpuId, GpuState> states = new LinkedHashMap<>();
        for (ObservedGpu gpu : view.gpus().gpus()) {
            GpuState seen = Availability.of(new Availability.Known(
                    gpu, Optional.ofNullable(leases.get(gpu.id())), stale, baseline(view.settings(), gpu)));
            states.put(gpu.id(), seen instanceof GpuState.Free ? severed(view, gpu.id()) : seen);
        }
        return states;
    }

    /** A job of an ended queue may have a GPU and not use it just now. */
    private static GpuState severed(View view, GpuId gpu) {
        return view.state().severed().stream()
                .filter(left -> left.gpus().contains(gpu))
                .findFirst()
                .<GpuState>map(left -> new GpuState.Foreign(left.asForeign()))
                .orElseGet(GpuState.Free::new);
    }

    /** Why what was seen last must not be relied on, if so. */
    private static Optional<String> stale(View view) {
        Duration age =
                Duration.ofNanos(view.now().monotonicNanos() - view.gpus().begunNanos());
        return driverTrouble(view)
                .or(() -> age.compareTo(view.settings().snapshotMaxAge()) > 0
                        ? Optional.of("the driver has not answered for " + age.toSeconds() + " s")
                        : Optional.empty());
    }

    static long baseline(Settings settings, ObservedGpu gpu) {
        long share = (long) (gpu.memoryTotalBytes().orElse(0) * settings.baselineRatio());
        return Math.max(settings.baselineBytes(), share);
    }
}
