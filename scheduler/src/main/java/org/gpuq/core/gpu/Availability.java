package org.gpuq.core.gpu;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.gpuq.core.gpu.Lease.Phase;
import org.gpuq.core.gpu.Trouble.Kind;

/** Whether a GPU is free: the {@link Rules} are asked in order, and the first that objects gives the state. */
public final class Availability {
    private static final List<Function<Known, Optional<GpuState>>> RULES = List.of(
            Rules::onRecordAsIll,
            Rules::ill,
            Rules::prohibited,
            Rules::leased,
            Rules::stale,
            Rules::neverGivenBack,
            Rules::coolingDown,
            Rules::drained,
            Rules::processesUnknown,
            Rules::foreign,
            Rules::memoryUnknown,
            Rules::memoryInUse,
            Rules::severed,
            Rules::computesUnseen,
            Rules::notCalmYet);

    private Availability() {}

    public static GpuState of(Known known) {
        return RULES.stream()
                .flatMap(rule -> rule.apply(known).stream())
                .findFirst()
                .orElseGet(GpuState.Free::new);
    }

    /** The state, since when, and what would end it. */
    public static Judgement judge(Known known) {
        GpuState state = of(known);
        return new Judgement(state, since(known, state), end(known, state));
    }

    /**
     * What of an ended job keeps its GPU from being handed on; empty when it is clean of that job. It need not be free
     * then: a fault, a reading that failed or another's process is for the rules to say, and must not hold back the other
     * GPUs of the same lease.
     */
    public static Optional<String> remainder(Known known, Lease lease) {
        ObservedGpu gpu = known.gpu();
        if (lease.phase() instanceof Phase.Cooling cooling && !cooling.processesGone()) {
            return Optional.of("processes of job " + lease.job() + " still run");
        }
        if (gpu.fault().isPresent() || gpu.processes().isEmpty()) {
            return Optional.empty();
        }
        Optional<GpuProcess> left = known.processes()
                .filter(process -> process.job().filter(lease.job()::equals).isPresent())
                .findFirst();
        if (left.isPresent()) {
            return Optional.of("process " + left.get().pid() + " of job " + lease.job() + " is still on it");
        }
        // Another's process explains the memory, and so does another job that shares the GPU.
        boolean explained =
                known.processes().anyMatch(known::blocks) || known.leases().size() > 1;
        return explained || gpu.memoryUsedBytes().isEmpty() || known.excessBytes() <= known.baselineBytes()
                ? Optional.empty()
                : Optional.of(Observation.gib(known.excessBytes()) + " of job " + lease.job() + " are still in use");
    }

    private static Instant since(Known known, GpuState state) {
        GpuLedger ledger = known.ledger();
        Instant seen = known.wall(known.gpu().past().sinceNanos());
        return switch (state) {
            case GpuState.Free free -> {
                Instant freed = ledger.freedAt().getOrDefault(known.gpu().id(), Instant.MIN);
                yield freed.isAfter(seen) ? freed : seen;
            }
            case GpuState.Leased leased -> known.held().map(Lease::since).orElse(seen);
            case GpuState.Foreign foreign -> seen;
            case GpuState.Cooldown cooldown -> coolingSince(known).orElse(seen);
            case GpuState.Residual residual -> coolingSince(known).orElse(seen);
            case GpuState.Unknown unknown -> known.stale().isPresent() ? known.wall(known.lookNanos()) : seen;
            case GpuState.Quarantined quarantined ->
                Optional.ofNullable(ledger.quarantines().get(known.gpu().id()))
                        .map(GpuLedger.Quarantine::at)
                        .orElse(seen);
            case GpuState.Drained drained ->
                Optional.ofNullable(ledger.drains().get(known.gpu().id()))
                        .map(GpuLedger.Drain::at)
                        .orElse(seen);
        };
    }

    private static Optional<Instant> coolingSince(Known known) {
        return known.cooling().map(lease -> known.wall(((Phase.Cooling) lease.phase()).sinceNanos()));
    }

    private static String end(Known known, GpuState state) {
        String index = known.gpu().label();
        return switch (state) {
            case GpuState.Free free -> "the next job that fits gets it";
            case GpuState.Leased leased ->
                "the end of job " + leased.job()
                        + (known.ledger().drains().containsKey(known.gpu().id()) ? "; it is drained after that" : "");
            case GpuState.Foreign foreign ->
                "the end of these processes; an administrator can have one ignored: q gpu ignore PID";
            case GpuState.Cooldown cooldown -> "a look that finds its processes gone and its memory back";
            case GpuState.Residual residual ->
                "the memory's return; if nobody can be found who holds it, a reset of the GPU";
            case GpuState.Unknown unknown -> "looks that find it well";
            case GpuState.Quarantined quarantined -> cure(known) + "; or an administrator: q gpu resume " + index;
            case GpuState.Drained drained -> "an administrator: q gpu resume " + index;
        };
    }

    private static String cure(Known known) {
        Optional<Kind> kind = Optional.ofNullable(
                        known.ledger().quarantines().get(known.gpu().id()))
                .map(GpuLedger.Quarantine::trouble)
                .or(() -> known.gpu().troubles().stream().findFirst())
                .map(Trouble::kind);
        if (kind.isEmpty()) {
            return "another compute mode";
        }
        return switch (kind.get()) {
            case LOST -> "its answering again";
            case XID -> "a reset of the GPU, the driver or the machine";
            case RECOVERY -> "what the driver asks for being done";
            case REMAP -> "a repair";
            case ECC -> "a reset of the GPU or the driver";
        };
    }
}
