package org.gpuq.daemon.metrics;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.gpuq.core.engine.Concern;
import org.gpuq.core.engine.Concern.Kind;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.View;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.Place;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.model.IdMap;
import org.gpuq.core.model.JobId;

/** How many jobs there are, how long the first waits, and what they hold. */
final class QueueGauges {
    private static final List<String> STATES = List.of("queued", "starting", "running");

    private QueueGauges() {}

    static void write(View view, GaugeRows rows) {
        State state = view.state();
        for (Line line : Line.values()) {
            jobs(state, line).forEach((word, count) -> rows.add(Metric.JOBS, count, word, word(line)));
            double oldest = oldest(state, line)
                    .map(job -> seconds(
                            Duration.between(job.submittedAt(), view.now().wall())))
                    .orElse(0.0);
            rows.add(Metric.OLDEST_WAIT, oldest, word(line));
        }
        rows.add(
                Metric.LEASED_GPUS,
                state.leases().values().stream()
                        .mapToInt(lease -> lease.gpus().size())
                        .sum());
        concerns(view, rows);
    }

    private static void concerns(View view, GaugeRows rows) {
        List<Concern> concerns = view.concerns();
        rows.add(Metric.STRAYS, (double) jobs(concerns, Kind.STRAY));
        rows.add(Metric.OUTLIVING, (double) jobs(concerns, Kind.OUTLIVES_CANCEL));
    }

    private static long jobs(List<Concern> concerns, Kind kind) {
        return concerns.stream()
                .filter(concern -> concern.kind() == kind)
                .map(Concern::job)
                .distinct()
                .count();
    }

    /** Ids are given in order of submission: it is the first that nobody moved, or one that somebody did. */
    private static Optional<Job> oldest(State state, Line line) {
        int least = Integer.MAX_VALUE;
        for (JobId id : state.ready(line)) {
            least = Math.min(least, id.value());
            if (!state.places().contains(id.value())) {
                break;
            }
        }
        for (Place moved : state.places()) {
            boolean ready = !state.held().contains(moved.job().value());
            boolean here = state.job(moved.job())
                    .filter(job -> job.spec().resources().line() == line)
                    .isPresent();
            least = ready && here ? Math.min(least, moved.job().value()) : least;
        }
        return state.jobs().get(least);
    }

    private static Map<String, Integer> jobs(State state, Line line) {
        Map<String, Integer> counts = new TreeMap<>();
        STATES.forEach(word -> counts.put(word, 0));
        counts.put("queued", state.ready(line).size());
        for (IdMap<JobId> some : List.of(state.held(), state.active())) {
            for (JobId id : some) {
                state.job(id)
                        .filter(job -> job.spec().resources().line() == line)
                        .map(Job::state)
                        .ifPresent(found -> counts.merge(found.word(), 1, Integer::sum));
            }
        }
        return counts;
    }

    static String word(Line line) {
        return line.name().toLowerCase(Locale.ROOT);
    }

    /** Never negative: the wall clock may have been set back meanwhile. */
    static double seconds(Duration duration) {
        return Math.max(0, duration.toNanos() / 1e9);
    }
}
