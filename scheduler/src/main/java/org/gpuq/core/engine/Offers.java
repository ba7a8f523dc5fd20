package org.gpuq.core.engine;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.gpuq.core.gpu.Availability;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.gpu.Judgement;
import org.gpuq.core.gpu.Known;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.job.GpuWant;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.Resources;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.policy.Placement;
import org.gpuq.core.policy.Situation;
import org.gpuq.core.policy.Situation.Room;

/** The machine's GPUs as a policy sees them. */
final class Offers {
    private Offers() {}

    static List<Situation.Gpu> of(View view) {
        Map<GpuId, Situation.Gpu> offers = Schedule.ofEach(view, known -> offer(view.state(), known));
        return view.gpus().gpus().stream()
                .map(gpu -> Objects.requireNonNull(offers.get(gpu.id())))
                .toList();
    }

    /** Each GPU as it is to one job. */
    static Map<GpuId, Offer> to(View view, Job job) {
        Resources asked = job.spec().resources();
        return Schedule.ofEach(view, known -> {
            Judgement judgement = Availability.judge(known);
            return new Offer(judgement, Placement.objection(offer(view.state(), known), asked));
        });
    }

    private static Situation.Gpu offer(State state, Known known) {
        return offer(known.gpu(), Availability.of(known), room(state, known));
    }

    /** One of which only that is looked at which never changes. */
    static Situation.Gpu offer(ObservedGpu gpu, GpuState state, Optional<Room> room) {
        OptionalLong total = gpu.memoryTotalBytes();
        OptionalLong used = gpu.memoryUsedBytes();
        OptionalLong free = total.isPresent() && used.isPresent()
                ? OptionalLong.of(total.getAsLong() - used.getAsLong())
                : OptionalLong.empty();
        return new Situation.Gpu(
                gpu.id(),
                state,
                gpu.name(),
                total,
                free,
                gpu.facts().distances(),
                gpu.facts().links(),
                room);
    }

    /**
     * What a GPU that jobs share has left for one more: as if it were free but for what they declared, or were seen to
     * use where that is more. Empty when one of them does not share, or when anything but they keeps it from being free.
     */
    private static Optional<Room> room(State state, Known known) {
        ObservedGpu gpu = known.gpu();
        boolean sharers = !known.leases().isEmpty()
                && known.leases().stream()
                        .allMatch(lease -> lease.phase() instanceof Lease.Phase.Held
                                && want(state, lease).share().isPresent());
        if (!sharers
                || gpu.memoryTotalBytes().isEmpty()
                || gpu.memoryUsedBytes().isEmpty()) {
            return Optional.empty();
        }
        Set<JobId> jobs = known.leases().stream().map(Lease::job).collect(Collectors.toSet());
        Predicate<GpuProcess> theirs =
                process -> process.job().filter(jobs::contains).isPresent();
        if (!(Availability.of(known.without(theirs)) instanceof GpuState.Free)) {
            return Optional.empty();
        }
        long total = gpu.memoryTotalBytes().getAsLong();
        long taken = gpu.memoryUsedBytes().getAsLong();
        for (Lease lease : known.leases()) {
            long measured = gpu.memoryOf(lease.job());
            taken += Math.max(0, want(state, lease).shareBytes(total) - measured);
        }
        return Optional.of(new Room(total - taken - known.thresholds().shareReserveBytes(), total));
    }

    private static GpuWant want(State state, Lease lease) {
        return state.job(lease.job())
                .map(Job::spec)
                .map(spec -> spec.resources().want())
                .orElse(GpuWant.ANY);
    }
}
