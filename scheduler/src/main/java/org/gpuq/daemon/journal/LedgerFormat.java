package org.gpuq.daemon.journal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gpuq.core.engine.State;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.model.JobId;

/** What of a {@link State} is neither a job nor an index over jobs. */
final class LedgerFormat {
    private LedgerFormat() {}

    record Ledger(int nextId, Optional<String> bootId, Map<JobId, Lease> leases) {
        static final Ledger EMPTY = new Ledger(0, Optional.empty(), Map.of());
    }

    static String write(State state) {
        return JsonOut.object(out -> out.number("next_id", state.nextId())
                .maybe(state.bootId(), (inner, id) -> inner.text("boot_id", id))
                .objects("leases", List.copyOf(state.sortedLeases().values()), LedgerFormat::lease));
    }

    static Ledger read(byte[] json) {
        JsonIn in = JsonIn.parse(json);
        Map<JobId, Lease> leases = new HashMap<>();
        for (Lease lease : in.objects("leases", LedgerFormat::lease)) {
            leases.put(lease.job(), lease);
        }
        return new Ledger(in.integer("next_id"), in.maybe("boot_id", in::text), leases);
    }

    private static void lease(JsonOut out, Lease lease) {
        out.id("job", lease.job()).gpus(lease.gpus());
        switch (lease.phase()) {
            case Lease.Phase.Held held -> out.text("phase", "held");
            case Lease.Phase.Cooling cooling ->
                out.text("phase", "cooling")
                        .number("since_monotonic_ns", cooling.sinceNanos())
                        .flag("processes_gone", cooling.processesGone());
        }
    }

    private static Lease lease(JsonIn in) {
        String phase = in.text("phase");
        return new Lease(
                in.id("job"),
                in.gpus(),
                switch (phase) {
                    case "held" -> new Lease.Phase.Held();
                    case "cooling" ->
                        new Lease.Phase.Cooling(in.number("since_monotonic_ns"), in.flag("processes_gone"));
                    default -> throw new IllegalArgumentException("no phase of a lease is called " + phase);
                });
    }
}
