package org.gpuq.core.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.job.GpuWant;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.policy.Forecast.Held;
import org.gpuq.core.policy.Forecast.Start;
import org.gpuq.core.policy.Forecast.Waiting;
import org.gpuq.core.policy.Situation.Gpu;
import org.gpuq.core.policy.Situation.Room;

/** The queue run on by a policy, with every end at one of its bounds. For one thread and one question. */
final class VirtualRun {
    private final Situation now;
    private final Policy policy;
    private final boolean late;
    private final Set<GpuId> drained;
    private final Map<GpuId, Gpu> gpus = new LinkedHashMap<>();
    private final Map<JobId, Going> going = new LinkedHashMap<>();
    private final Map<JobId, Waiting> waiting = new LinkedHashMap<>();
    private final Map<Integer, Integer> gpusOfUsers;
    private final Map<JobId, WaitReason> reasons = new HashMap<>();
    private int slotsTaken;
    private Duration time = Duration.ZERO;

    /** @param end empty: nobody knows */
    private record Going(Job job, List<GpuId> gpus, Optional<Duration> end) {}

    VirtualRun(Start start, Policy policy, boolean late) {
        this.now = start.now();
        this.policy = policy;
        this.late = late;
        this.drained = start.drained();
        this.gpusOfUsers = new HashMap<>(now.gpusOfUsers());
        this.slotsTaken = now.slotsTaken();
        for (Gpu gpu : now.gpus()) {
            gpus.put(gpu.id(), !late && outOfReach(gpu.state()) ? free(gpu) : gpu);
        }
        for (Held held : start.held()) {
            going.put(held.job().id(), new Going(held.job(), held.gpus(), end(held.left())));
        }
        start.waiting().forEach(it -> waiting.put(it.job().id(), it));
    }

    /** Kept from the queue by what the queue knows no end of. */
    static boolean outOfReach(GpuState state) {
        return switch (state) {
            case GpuState.Foreign foreign -> true;
            case GpuState.Residual residual -> true;
            case GpuState.Unknown unknown -> true;
            case GpuState.Free free -> false;
            case GpuState.Leased leased -> false;
            case GpuState.Cooldown cooldown -> false;
            case GpuState.Quarantined quarantined -> false;
            case GpuState.Drained draining -> false;
        };
    }

    /** How long it takes until this job starts; empty when it never does. */
    Optional<Duration> until(JobId job) {
        while (waiting.containsKey(job)) {
            List<Begin> starts = starts();
            starts.forEach(this::start);
            if (!waiting.containsKey(job)) {
                return Optional.of(time);
            }
            if (starts.isEmpty() && !pass()) {
                return Optional.empty();
            }
        }
        return Optional.of(time);
    }

    /** A job that goes on for nobody knows how long, first of those that have what this line waits for. */
    Optional<Job> endless(Line line) {
        return going.values().stream()
                .filter(it -> it.end().isEmpty())
                .map(Going::job)
                .min(Comparator.comparing(job -> job.spec().resources().line() != line));
    }

    /** Why a job waited when all came to a stand. */
    Optional<WaitReason> reason(JobId job) {
        return Optional.ofNullable(reasons.get(job));
    }

    private record Begin(Waiting job, List<GpuId> gpus) {}

    private List<Begin> starts() {
        Map<Line, Map<Integer, Job>> lines = new EnumMap<>(Line.class);
        for (Waiting it : waiting.values()) {
            // One that rests may still have GPUs of its last run, and waits until they are clean.
            if (it.after().stream().noneMatch(this::pending)
                    && it.rest().compareTo(time) <= 0
                    && !going.containsKey(it.job().id())) {
                Line line = it.job().spec().resources().line();
                lines.computeIfAbsent(line, any -> new TreeMap<>()).put(it.place(), it.job());
            }
        }
        Map<Line, Iterable<Job>> inLine = new EnumMap<>(Line.class);
        lines.forEach((line, jobs) -> inLine.put(line, jobs.values()));
        List<Begin> starts = new ArrayList<>();
        reasons.clear();
        policy.judge(
                new Situation(
                        inLine,
                        now.slots(),
                        slotsTaken,
                        List.copyOf(gpus.values()),
                        gpusOfUsers,
                        now.gpusPerUser(),
                        Optional.empty()),
                (job, verdict) -> switch (verdict) {
                    case Verdict.Start start -> {
                        starts.add(new Begin(Objects.requireNonNull(waiting.get(job.id())), start.gpus()));
                        yield true;
                    }
                    case Verdict.Wait wait -> {
                        reasons.put(job.id(), wait.reason());
                        yield !wait.reason().holdsUp();
                    }
                });
        return starts;
    }

    private boolean pending(JobId job) {
        return going.containsKey(job) || waiting.containsKey(job);
    }

    private void start(Begin start) {
        Job job = start.job().job();
        waiting.remove(job.id());
        going.put(
                job.id(), new Going(job, start.gpus(), end(start.job().length()).map(time::plus)));
        slotsTaken += job.spec().resources().slots();
        gpusOfUsers.merge(job.spec().user().uid(), start.gpus().size(), Integer::sum);
        start.gpus().forEach(gpu -> gpus.computeIfPresent(gpu, (id, it) -> taken(it, job)));
    }

    private static Gpu taken(Gpu gpu, Job job) {
        GpuWant want = job.spec().resources().want();
        Optional<Room> room = want.share().isEmpty() || gpu.totalBytes().isEmpty()
                ? Optional.empty()
                : Optional.of(gpu.room()
                        .orElseGet(() -> new Room(
                                gpu.freeBytes().orElse(gpu.totalBytes().getAsLong()),
                                gpu.totalBytes().getAsLong()))
                        .less(want.shareBytes(gpu.totalBytes().getAsLong())));
        return gpu.in(new GpuState.Leased(job.id())).with(room);
    }

    /** Goes on to the next end, or to where a rest is over; whether there was one. */
    private boolean pass() {
        Optional<Duration> next = Stream.concat(
                        going.values().stream().flatMap(it -> it.end().stream()),
                        waiting.values().stream().map(Waiting::rest).filter(it -> it.compareTo(time) > 0))
                .min(Duration::compareTo);
        if (next.isEmpty()) {
            return false;
        }
        time = next.get().compareTo(time) > 0 ? next.get() : time;
        Set<JobId> over = new HashSet<>();
        going.forEach((id, it) -> {
            if (it.end().filter(end -> end.compareTo(time) <= 0).isPresent()) {
                over.add(id);
            }
        });
        over.forEach(this::end);
        return true;
    }

    private void end(JobId id) {
        Going over = Objects.requireNonNull(going.remove(id));
        slotsTaken -= over.job().spec().resources().slots();
        gpusOfUsers.merge(over.job().spec().user().uid(), -over.gpus().size(), Integer::sum);
        for (GpuId gpu : over.gpus()) {
            boolean others = going.values().stream().anyMatch(it -> it.gpus().contains(gpu));
            gpus.computeIfPresent(gpu, (same, it) -> others ? lessFull(it, over.job()) : left(it));
        }
    }

    private static Gpu lessFull(Gpu gpu, Job job) {
        GpuWant want = job.spec().resources().want();
        return gpu.with(gpu.room().map(room -> room.less(-want.shareBytes(room.totalBytes()))));
    }

    private Gpu left(Gpu gpu) {
        if (!gpu.state().fit()) {
            return gpu;
        }
        return drained.contains(gpu.id()) ? gpu.in(new GpuState.Drained("")) : free(gpu);
    }

    private static Gpu free(Gpu gpu) {
        OptionalLong all = gpu.totalBytes();
        return new Gpu(
                gpu.id(), new GpuState.Free(), gpu.name(), all, all, gpu.distances(), gpu.links(), Optional.empty());
    }

    private Optional<Duration> end(Span span) {
        return late ? span.most() : Optional.of(span.least());
    }
}
