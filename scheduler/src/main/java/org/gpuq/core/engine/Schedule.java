package org.gpuq.core.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.gpuq.core.gpu.Availability;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.gpu.Judgement;
import org.gpuq.core.gpu.Known;
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
                        draft.surroundings().now().wall(),
                        start.why()));
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
        // States are worth working out only when a job waits for a GPU.
        return situation(view, view.state().ready(Line.GPU).isEmpty() ? List.of() : Offers.of(view));
    }

    static Situation situation(View view, List<Situation.Gpu> gpus) {
        State state = view.state();
        Map<Line, Iterable<Job>> lines = new EnumMap<>(Line.class);
        for (Line line : Line.values()) {
            lines.put(line, () -> jobs(state, line));
        }
        return new Situation(
                lines,
                view.slots(),
                state.slotsTaken(),
                gpus,
                gpusOfUsers(view),
                view.settings().users().gpus(),
                stale(view));
    }

    private static Map<Integer, Integer> gpusOfUsers(View view) {
        Map<Integer, Integer> held = new HashMap<>();
        if (view.settings().users().gpus() > 0) {
            for (Lease lease : view.state().leases().values()) {
                view.state()
                        .job(lease.job())
                        .ifPresent(job ->
                                held.merge(job.spec().user().uid(), lease.gpus().size(), Integer::sum));
            }
        }
        return held;
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
        return ofEach(view, Availability::of);
    }

    static Map<GpuId, Judgement> judgements(View view) {
        return ofEach(view, Availability::judge);
    }

    static <T> Map<GpuId, T> ofEach(View view, Function<Known, T> question) {
        Map<GpuId, List<Lease>> leases = new HashMap<>();
        for (Lease lease : view.state().leases().values()) {
            lease.gpus()
                    .forEach(gpu -> leases.computeIfAbsent(gpu, any -> new ArrayList<>())
                            .add(lease));
        }
        Optional<String> stale = stale(view);
        Map<GpuId, T> answers = new LinkedHashMap<>();
        for (ObservedGpu gpu : view.gpus().gpus()) {
            answers.put(gpu.id(), question.apply(known(view, gpu, leases.getOrDefault(gpu.id(), List.of()), stale)));
        }
        return answers;
    }

    static Known known(View view, ObservedGpu gpu, List<Lease> leases, Optional<String> stale) {
        return new Known(
                gpu,
                leases,
                view.state().gpus(),
                severed(view, gpu.id()),
                stale,
                view.gpus().begunNanos(),
                view.settings().baseline(gpu),
                view.settings().thresholds(),
                view.now());
    }

    /** A job of an ended queue may have a GPU and not use it just now. */
    private static Optional<List<GpuProcess>> severed(View view, GpuId gpu) {
        return view.state().severed().stream()
                .filter(left -> left.gpus().contains(gpu))
                .findFirst()
                .map(Severed::asForeign);
    }

    /** Why what was seen last must not be relied on, if so. */
    static Optional<String> stale(View view) {
        Duration age =
                Duration.ofNanos(view.now().monotonicNanos() - view.gpus().begunNanos());
        return driverTrouble(view)
                .or(() -> age.compareTo(view.settings().snapshotMaxAge()) > 0
                        ? Optional.of("the driver has not answered for " + age.toSeconds() + " s")
                        : Optional.empty());
    }
}
