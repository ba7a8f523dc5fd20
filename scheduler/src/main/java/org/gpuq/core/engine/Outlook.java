package org.gpuq.core.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.IdMap;
import org.gpuq.core.model.JobId;
import org.gpuq.core.policy.Estimate;
import org.gpuq.core.policy.Forecast;
import org.gpuq.core.policy.Forecast.Held;
import org.gpuq.core.policy.Forecast.Waiting;
import org.gpuq.core.policy.Predictions;
import org.gpuq.core.policy.Situation;
import org.gpuq.core.policy.Span;

/** When a queued job could start. */
final class Outlook {
    /** Nobody plans with the start of a job that so many are before. */
    private static final int MOST = 2_000;

    /** Ended jobs in which others like it are looked for, the latest ones. */
    private static final int REMEMBERED = 2_000;

    private final View view;
    private final Predictions predictions;

    private Outlook(View view) {
        this.view = view;
        List<JobId> ended = new ArrayList<>();
        view.state().ended().forEach(ended::add);
        this.predictions = new Predictions(ended.reversed().stream()
                .limit(REMEMBERED)
                .flatMap(id -> view.state().job(id).stream())
                .toList());
    }

    /** Empty when it is not queued. */
    static Optional<Estimate> of(View view, JobId id) {
        return view.state()
                .job(id)
                .filter(job -> job.state() instanceof JobState.Queued)
                .map(job -> new Outlook(view).estimate(job));
    }

    private Estimate estimate(Job job) {
        Optional<String> stopped = view.state()
                .stopped()
                .or(() -> job.spec().resources().line() == Line.GPU
                        ? Schedule.situation(view).driverTrouble()
                        : Optional.empty());
        if (stopped.isPresent()) {
            return Estimate.unknown(stopped.get());
        }
        Set<JobId> before = upTo(job);
        if (before.size() > MOST) {
            return Estimate.unknown("more than " + MOST + " jobs are before it");
        }
        List<Waiting> waiting = before.stream()
                .flatMap(id -> view.state().job(id).stream())
                .map(this::waiting)
                .toList();
        Situation now = Schedule.situation(view, Offers.of(view));
        return Forecast.of(
                job.id(),
                new Forecast.Start(
                        now, held(), waiting, view.state().gpus().drains().keySet()),
                Engine.POLICY);
    }

    /** All that may come before it, itself, and those that it waits for wherever they stand. */
    private Set<JobId> upTo(Job job) {
        State state = view.state();
        int place = state.place(job.id());
        Set<JobId> before = new HashSet<>();
        for (Line line : Line.values()) {
            for (JobId id : state.ready(line)) {
                if (state.place(id) > place || before.size() > MOST) {
                    break;
                }
                before.add(id);
            }
        }
        for (IdMap<JobId> out : List.of(state.held(), state.resting())) {
            for (JobId id : out) {
                if (state.place(id) <= place && before.size() <= MOST) {
                    before.add(id);
                }
            }
        }
        follow(job, before);
        return before;
    }

    private void follow(Job job, Set<JobId> before) {
        before.add(job.id());
        for (JobId parent : job.spec().after()) {
            view.state()
                    .job(parent)
                    .filter(it -> it.state() instanceof JobState.Queued && !before.contains(parent))
                    .ifPresent(it -> follow(it, before));
        }
    }

    private Waiting waiting(Job job) {
        Set<JobId> after = job.spec().after().stream()
                .filter(parent -> view.state()
                        .job(parent)
                        .filter(it -> !(it.state() instanceof JobState.Ended))
                        .isPresent())
                .collect(Collectors.toSet());
        Duration rest = job.state() instanceof JobState.Queued queued
                ? queued.rest()
                        .map(it -> Duration.ofNanos(it.untilNanos() - view.now().monotonicNanos()))
                        .orElse(Duration.ZERO)
                : Duration.ZERO;
        return new Waiting(job, view.state().place(job.id()), after, rest, predictions.length(job));
    }

    private List<Held> held() {
        List<Held> held = new ArrayList<>();
        for (JobId id : view.state().active()) {
            Job job = view.state().job(id).orElseThrow();
            List<GpuId> gpus = job.state().maybeRun().map(Run::gpus).orElse(List.of());
            held.add(new Held(job, gpus, predictions.left(job, elapsed(job))));
        }
        for (Lease lease : view.state().leases().values()) {
            if (lease.phase() instanceof Lease.Phase.Cooling) {
                Span left = Span.of(Duration.ZERO, view.settings().thresholds().residualAfter());
                view.state()
                        .job(lease.job())
                        .filter(job -> !job.state().active())
                        .ifPresent(job -> held.add(new Held(job, lease.gpus(), left)));
            }
        }
        return held;
    }

    private Duration elapsed(Job job) {
        Optional<Run> run = job.state().maybeRun();
        return run.filter(it -> it.startedNanos().isPresent())
                .map(it -> Duration.ofNanos(
                        view.now().monotonicNanos() - it.startedNanos().getAsLong()))
                .or(() -> run.flatMap(Run::startedAt)
                        .map(at -> Duration.between(at, view.now().wall())))
                .filter(time -> !time.isNegative())
                .orElse(Duration.ZERO);
    }
}
