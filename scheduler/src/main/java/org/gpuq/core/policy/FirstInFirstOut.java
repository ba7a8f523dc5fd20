package org.gpuq.core.policy;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.job.GpuWant;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.Resources;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.model.JobId;

/**
 * First in, first out within each line: nobody overtakes, so that whoever needs much is not starved by many who need
 * little, and a CPU job never waits for a GPU job. Only a job that asks for more than there is, GPUs that are fit to be used
 * or CPU slots, is stepped around, so that one bad GPU does not stop the others; it is first again as soon as there are
 * enough.
 */
public final class FirstInFirstOut implements Policy {
    @Override
    public void judge(Situation situation, BiPredicate<Job, Verdict> sink) {
        walk(situation.line(Line.CPU), slots(situation), sink);
        walk(situation.line(Line.GPU), gpus(situation), sink);
    }

    /** Gives jobs their verdict until one must wait; whoever comes after that one waits behind it. */
    private static void walk(Iterable<Job> line, Function<Job, Verdict> room, BiPredicate<Job, Verdict> sink) {
        int waiting = 0;
        JobId previous = null;
        for (Job job : line) {
            Verdict verdict =
                    previous == null ? room.apply(job) : new Verdict.Wait(new WaitReason.Behind(waiting, previous));
            if (verdict instanceof Verdict.Wait wait && wait.reason().holdsUp()) {
                waiting++;
                previous = job.id();
            }
            if (!sink.test(job, verdict)) {
                return;
            }
        }
    }

    private static Function<Job, Verdict> slots(Situation situation) {
        int[] left = {situation.slots() - situation.slotsTaken()};
        return job -> {
            int needed = job.spec().resources().slots();
            if (situation.slots() < needed) {
                return new Verdict.Wait(new WaitReason.TooFewSlots(needed, situation.slots()));
            }
            if (left[0] < needed) {
                return new Verdict.Wait(new WaitReason.Slots(needed, Math.max(0, left[0]), situation.slots()));
            }
            left[0] -= needed;
            return new Verdict.Start(List.of());
        };
    }

    private static Function<Job, Verdict> gpus(Situation situation) {
        Hand hand = new Hand(situation.gpus());
        Map<Integer, Integer> held = new HashMap<>(situation.gpusOfUsers());
        return job -> {
            Resources resources = job.spec().resources();
            if (situation.driverTrouble().isPresent()) {
                return new Verdict.Wait(
                        new WaitReason.Driver(situation.driverTrouble().get()));
            }
            int fit = hand.fit(resources.want());
            if (fit < resources.gpus()) {
                return new Verdict.Wait(new WaitReason.TooFewFit(
                        resources.gpus(), fit, resources.want().words()));
            }
            int uid = job.spec().user().uid();
            int own = held.getOrDefault(uid, 0);
            if (situation.gpusPerUser() > 0 && own + resources.gpus() > situation.gpusPerUser()) {
                return new Verdict.Wait(new WaitReason.UserGpus(resources.gpus(), own, situation.gpusPerUser()));
            }
            Verdict verdict = hand.deal(resources)
                    .<Verdict>map(choice -> new Verdict.Start(choice.gpus(), choice.why()))
                    .orElseGet(() -> new Verdict.Wait(new WaitReason.Gpus(
                            resources.gpus(),
                            hand.usable(resources.want()),
                            others(situation, resources.want()),
                            resources.want().words())));
            if (verdict instanceof Verdict.Start) {
                held.merge(uid, resources.gpus(), Integer::sum);
            }
            return verdict;
        };
    }

    /** What holds the GPUs that are not free, most first: {@code 2 leased, 1 foreign (carl pid 9911)}. */
    private static String others(Situation situation, GpuWant want) {
        Map<String, List<GpuState>> byWord = situation.gpus().stream()
                .filter(gpu -> !gpu.free() && Placement.suits(gpu, want))
                .map(Situation.Gpu::state)
                .collect(Collectors.groupingBy(GpuState::word, TreeMap::new, Collectors.toList()));
        return byWord.entrySet().stream()
                .sorted(Comparator.comparingInt(entry -> -entry.getValue().size()))
                .map(entry -> entry.getValue().size() + " " + entry.getKey() + holders(entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String holders(List<GpuState> states) {
        String names = states.stream()
                .filter(GpuState.Foreign.class::isInstance)
                .flatMap(
                        state -> ((GpuState.Foreign) state).processes().stream().limit(1))
                .map(FirstInFirstOut::holder)
                .distinct()
                .limit(3)
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : " (" + names + ")";
    }

    private static String holder(GpuProcess process) {
        return process.user().map(user -> user.name() + " ").orElse("") + "pid " + process.pid();
    }
}
