package org.gpuq.core.gpu;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.gpu.Lease.Phase;

/** The rules that say whether a GPU is free: each is a question, and the first that objects gives the state. */
public final class Availability {
    /**
     * What is known of one GPU.
     *
     * @param stale why the reading must not be relied on, if so
     * @param baselineBytes memory in use up to which a GPU counts as empty
     */
    public record Known(ObservedGpu gpu, Optional<Lease> lease, Optional<String> stale, long baselineBytes) {}

    private static final List<Function<Known, Optional<GpuState>>> RULES = List.of(
            Availability::unfit,
            Availability::leased,
            Availability::stale,
            Availability::coolingDown,
            Availability::processesUnknown,
            Availability::foreign,
            Availability::memoryUnknown,
            Availability::memoryInUse);

    private Availability() {}

    public static GpuState of(Known known) {
        return RULES.stream()
                .flatMap(rule -> rule.apply(known).stream())
                .findFirst()
                .orElseGet(GpuState.Free::new);
    }

    /**
     * What of an ended job keeps its GPU from being handed on; empty when it is clean of that job. It need not be free
     * then: a fault, a reading that failed or another's process is for the rules to say, and must not hold back the other
     * GPUs of the same lease.
     */
    public static Optional<String> remainder(ObservedGpu gpu, Lease lease, long baselineBytes) {
        if (lease.phase() instanceof Phase.Cooling cooling && !cooling.processesGone()) {
            return Optional.of("processes of job " + lease.job() + " still run");
        }
        if (gpu.fault().isPresent() || gpu.processes().isEmpty()) {
            return Optional.empty();
        }
        Optional<GpuProcess> left = processes(gpu)
                .filter(process -> process.job().filter(lease.job()::equals).isPresent())
                .findFirst();
        if (left.isPresent()) {
            return Optional.of("process " + left.get().pid() + " of job " + lease.job() + " is still on it");
        }
        // Another's process explains the memory.
        boolean explained = processes(gpu).anyMatch(GpuProcess::blocks);
        return explained || gpu.memoryUsedBytes().isEmpty() || excess(gpu) <= baselineBytes
                ? Optional.empty()
                : Optional.of(inUse(gpu) + " of job " + lease.job() + " are still in use");
    }

    private static Optional<GpuState> unfit(Known known) {
        return known.gpu()
                .fault()
                .or(() -> known.gpu().prohibited()
                        ? Optional.of("its compute mode is PROHIBITED")
                        : Optional.<String>empty())
                .map(GpuState.Quarantined::new);
    }

    private static Optional<GpuState> leased(Known known) {
        return known.lease()
                .filter(lease -> lease.phase() instanceof Phase.Held)
                .map(lease -> new GpuState.Leased(lease.job()));
    }

    private static Optional<GpuState> stale(Known known) {
        return known.stale().map(GpuState.Unknown::new);
    }

    private static Optional<GpuState> coolingDown(Known known) {
        return known.lease()
                .map(lease -> new GpuState.Cooldown(
                        lease.job(),
                        remainder(known.gpu(), lease, known.baselineBytes())
                                .orElse("the next look at it hands it on")));
    }

    private static Optional<GpuState> processesUnknown(Known known) {
        return known.gpu().processes().isPresent()
                ? Optional.empty()
                : Optional.of(new GpuState.Unknown("its processes cannot be listed"));
    }

    private static Optional<GpuState> foreign(Known known) {
        List<GpuProcess> blocking =
                processes(known.gpu()).filter(GpuProcess::blocks).toList();
        return blocking.isEmpty() ? Optional.empty() : Optional.of(new GpuState.Foreign(blocking));
    }

    private static Optional<GpuState> memoryUnknown(Known known) {
        return known.gpu().memoryUsedBytes().isPresent()
                ? Optional.empty()
                : Optional.of(new GpuState.Unknown("its memory use cannot be read"));
    }

    private static Optional<GpuState> memoryInUse(Known known) {
        return excess(known.gpu()) <= known.baselineBytes()
                ? Optional.empty()
                : Optional.of(new GpuState.Residual(inUse(known.gpu()) + " are in use by no process that is known"));
    }

    private static Stream<GpuProcess> processes(ObservedGpu gpu) {
        return gpu.processes().stream().flatMap(List::stream);
    }

    /** Memory in use that desktop programs do not account for. */
    private static long excess(ObservedGpu gpu) {
        long display = processes(gpu)
                .filter(process -> process.owner() == Owner.DISPLAY)
                .mapToLong(process -> process.memoryBytes().orElse(0))
                .sum();
        return gpu.memoryUsedBytes().orElse(0) - display;
    }

    private static String inUse(ObservedGpu gpu) {
        return String.format(Locale.ROOT, "%.1f GiB", excess(gpu) / (double) (1L << 30));
    }
}
