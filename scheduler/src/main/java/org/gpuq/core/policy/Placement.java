package org.gpuq.core.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.gpuq.core.job.GpuWant;
import org.gpuq.core.job.Resources;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.policy.Situation.Gpu;

/**
 * Chooses among the GPUs that can be given: several as near to each other as possible, and single ones so that neighbours
 * stay together for whoever needs several. Pure.
 */
public final class Placement {
    /** From here on the way goes through the CPU: no GPUs of that distance are neighbours. */
    private static final int FAR = 30;
    /** As many NVLinks as there are between any two GPUs. Any of them is nearer than PCIe can be. */
    private static final int MOST_LINKS = 18;

    private Placement() {}

    /**
     * A choice.
     *
     * @param why a phrase for the job's owner; empty when there was nothing to choose
     */
    record Choice(List<GpuId> gpus, String why) {}

    /** Whether a GPU could ever do, whatever is on it now. */
    public static boolean suits(Gpu gpu, GpuWant want) {
        return (want.among().isEmpty() || want.among().contains(gpu.id()))
                && want.type().map(type -> type.in(gpu.name())).orElse(true)
                && (want.memoryBytes().isEmpty()
                        || gpu.totalBytes().isEmpty()
                        || gpu.totalBytes().getAsLong() >= want.memoryBytes().getAsLong());
    }

    /** Whether a GPU that suits has room enough right now. */
    static boolean fits(Gpu gpu, GpuWant want) {
        return want.memoryBytes().isEmpty()
                || (gpu.freeBytes().isPresent()
                        && gpu.freeBytes().getAsLong() >= want.memoryBytes().getAsLong());
    }

    /** Why a job cannot have one GPU now; empty when it could. */
    public static String objection(Gpu gpu, Resources asked) {
        GpuWant want = asked.want();
        if (!want.among().isEmpty() && !want.among().contains(gpu.id())) {
            return "it is not among those asked for";
        }
        if (want.type().filter(type -> !type.in(gpu.name())).isPresent()) {
            return "it is a " + gpu.name();
        }
        if (!suits(gpu, want)) {
            return "it has " + gib(gpu.totalBytes().orElse(0)) + " in all, less than the job asks for";
        }
        if (gpu.free()) {
            return fits(gpu, want)
                    ? ""
                    : gib(gpu.freeBytes().orElse(0)) + " of its memory are free, less than the job asks for";
        }
        if (asked.shares() && gpu.room().isPresent()) {
            long left = gpu.room().get().bytes();
            long needed = want.shareBytes(gpu.room().get().totalBytes());
            return left >= needed ? "" : "it is shared and " + gib(left) + " are left, " + gib(needed) + " are needed";
        }
        return "it is " + gpu.state().word();
    }

    private static String gib(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
    }

    /**
     * @param free GPUs that can be given whole, by index
     * @param shared GPUs that others share already
     */
    static Optional<Choice> choose(Resources resources, Collection<Gpu> free, Collection<Gpu> shared) {
        GpuWant want = resources.want();
        List<Gpu> usable =
                free.stream().filter(gpu -> suits(gpu, want) && fits(gpu, want)).toList();
        if (want.share().isPresent()) {
            return beside(want, shared).or(() -> alone(usable));
        }
        if (usable.size() < resources.gpus()) {
            return Optional.empty();
        }
        return resources.gpus() == 1 ? alone(usable) : together(resources.gpus(), usable);
    }

    /** On the fullest GPU that has room, so that others stay whole. */
    private static Optional<Choice> beside(GpuWant want, Collection<Gpu> shared) {
        return shared.stream()
                .filter(gpu -> suits(gpu, want) && roomFor(gpu, want))
                .min(Comparator.comparingLong(
                        (Gpu gpu) -> gpu.room().orElseThrow().bytes()))
                .map(gpu -> new Choice(List.of(gpu.id()), "shared: it is the fullest one with room"));
    }

    static boolean roomFor(Gpu gpu, GpuWant want) {
        return gpu.room()
                .filter(room -> room.bytes() >= want.shareBytes(room.totalBytes()))
                .isPresent();
    }

    /** The smallest that will do, and of equal ones that whose neighbours, by NVLink before all, are in use already. */
    private static Optional<Choice> alone(List<Gpu> usable) {
        Set<GpuId> free = usable.stream().map(Gpu::id).collect(Collectors.toSet());
        Comparator<Gpu> bySize =
                Comparator.comparingLong(gpu -> gpu.totalBytes().orElse(0));
        Comparator<Gpu> byLinks = Comparator.comparingLong(gpu -> linked(gpu, free));
        Comparator<Gpu> byNeighbours = Comparator.comparingLong(gpu -> near(gpu, free));
        return usable.stream()
                .min(bySize.thenComparing(byLinks).thenComparing(byNeighbours))
                .map(gpu -> new Choice(
                        List.of(gpu.id()),
                        usable.stream().anyMatch(other -> linked(other, free) > linked(gpu, free))
                                ? "so that GPUs joined by NVLink stay together"
                                : usable.stream().anyMatch(other -> near(other, free) > near(gpu, free))
                                        ? "so that neighbouring GPUs stay together"
                                        : ""));
    }

    private static long linked(Gpu gpu, Set<GpuId> free) {
        return gpu.links().keySet().stream().filter(free::contains).count();
    }

    private static long near(Gpu gpu, Set<GpuId> free) {
        return gpu.distances().entrySet().stream()
                .filter(other -> other.getValue() < FAR && free.contains(other.getKey()))
                .count();
    }

    /** Begins with each in turn and adds the nearest; the set that is nearest together wins. */
    private static Optional<Choice> together(int count, List<Gpu> usable) {
        List<Gpu> best = List.of();
        long least = Long.MAX_VALUE;
        for (Gpu first : usable) {
            List<Gpu> set = around(first, count, usable);
            long spread = spread(set);
            if (spread < least) {
                least = spread;
                best = set;
            }
        }
        List<Gpu> inOrder = usable.stream().filter(best::contains).toList();
        return Optional.of(new Choice(inOrder.stream().map(Gpu::id).toList(), why(inOrder, usable)));
    }

    private static String why(List<Gpu> set, List<Gpu> usable) {
        boolean joined = set.stream()
                .allMatch(one -> set.stream().allMatch(other -> one.equals(other) || links(one, other) > 0));
        if (joined) {
            return "joined by NVLink";
        }
        boolean alike = usable.stream()
                        .flatMapToInt(one -> usable.stream()
                                .filter(other -> !one.equals(other))
                                .mapToInt(other -> distance(one, other)))
                        .distinct()
                        .count()
                <= 1;
        return usable.size() > set.size() && !alike ? "the nearest to each other" : "";
    }

    private static List<Gpu> around(Gpu first, int count, List<Gpu> usable) {
        List<Gpu> set = new ArrayList<>(List.of(first));
        while (set.size() < count) {
            set.add(usable.stream()
                    .filter(gpu -> !set.contains(gpu))
                    .min(Comparator.comparingLong(gpu ->
                            set.stream().mapToLong(it -> distance(it, gpu)).sum()))
                    .orElseThrow());
        }
        return set;
    }

    private static long spread(List<Gpu> set) {
        return set.stream()
                .mapToLong(one ->
                        set.stream().mapToLong(other -> distance(one, other)).sum())
                .sum();
    }

    /** Over NVLink where there is one, the shorter the more of them there are; else over PCIe. */
    private static int distance(Gpu one, Gpu other) {
        if (one.equals(other)) {
            return 0;
        }
        int links = links(one, other);
        return links > 0
                ? MOST_LINKS - Math.min(links, MOST_LINKS)
                : MOST_LINKS + one.distances().getOrDefault(other.id(), 0);
    }

    private static int links(Gpu one, Gpu other) {
        return one.links().getOrDefault(other.id(), 0);
    }
}
