package org.gpuq.core.policy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;

/**
 * When a queued job could start: the queue is run on, once as if everything ended as early and once as if it ended as late
 * as is thought possible. Nobody is submitted after it. Pure.
 */
public final class Forecast {
    private Forecast() {}

    /**
     * A job that has what others wait for.
     *
     * @param gpus those it holds
     * @param left how long it goes on
     */
    public record Held(Job job, List<GpuId> gpus, Span left) {
        public Held {
            gpus = List.copyOf(gpus);
        }
    }

    /**
     * A queued job.
     *
     * @param place where it stands in its line
     * @param after those that must end first
     * @param rest how long it stands in no line yet
     * @param length how long it runs
     */
    public record Waiting(Job job, int place, Set<JobId> after, Duration rest, Span length) {
        public Waiting {
            after = Set.copyOf(after);
        }
    }

    /**
     * Where a run begins.
     *
     * @param now its lines are not looked at
     * @param waiting those up to the job that is asked about
     * @param drained GPUs that nobody gets after whoever has them
     */
    public record Start(Situation now, List<Held> held, List<Waiting> waiting, Set<GpuId> drained) {
        public Start {
            held = List.copyOf(held);
            waiting = List.copyOf(waiting);
            drained = Set.copyOf(drained);
        }
    }

    public static Estimate of(JobId job, Start start, Policy policy) {
        Optional<Duration> earliest = new VirtualRun(start, policy, false).until(job);
        VirtualRun late = new VirtualRun(start, policy, true);
        Optional<Duration> latest = late.until(job);
        if (earliest.isPresent() && latest.isPresent()) {
            return Estimate.between(earliest.get(), latest.get());
        }
        String why = why(start, late, job);
        return earliest.map(from -> Estimate.from(from, why)).orElseGet(() -> Estimate.unknown(why));
    }

    /** What the late run came to a stand at. */
    private static String why(Start start, VirtualRun late, JobId job) {
        Optional<String> impossible =
                late.reason(job).filter(reason -> !reason.holdsUp()).map(WaitReason::sentence);
        return impossible
                .or(() -> line(start, job).flatMap(late::endless).map(Forecast::endless))
                .or(() -> outOfReach(start))
                .orElse("nothing that is known to end makes room for it");
    }

    private static String endless(Job job) {
        return "job " + job.id() + " has no time limit, and none like it of its user has ended yet";
    }

    private static Optional<String> outOfReach(Start start) {
        return start.now().gpus().stream()
                .map(Situation.Gpu::state)
                .filter(VirtualRun::outOfReach)
                .map(state -> "nobody can say how long a GPU stays " + state.word())
                .findFirst();
    }

    private static Optional<Line> line(Start start, JobId job) {
        return start.waiting().stream()
                .map(Waiting::job)
                .filter(it -> it.id().equals(job))
                .map(it -> it.spec().resources().line())
                .findFirst();
    }
}
