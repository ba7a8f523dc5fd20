package org.gpuq.daemon.journal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.gpuq.core.engine.Severed;
import org.gpuq.core.engine.SlotsSet;
import org.gpuq.core.engine.State;
import org.gpuq.core.gpu.GpuLedger;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.job.Place;
import org.gpuq.core.model.JobId;

/** What of a {@link State} is neither a job nor an index over jobs. */
final class LedgerFormat {
    private LedgerFormat() {}

    record Ledger(
            int nextId,
            Optional<String> bootId,
            Map<JobId, Lease> leases,
            List<Place> places,
            Optional<SlotsSet> slots,
            List<Severed> severed,
            Optional<String> stopped,
            GpuLedger gpus) {
        static final Ledger EMPTY = new Ledger(
                0,
                Optional.empty(),
                Map.of(),
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                GpuLedger.EMPTY);
    }

    static String write(State state) {
        return JsonOut.object(out -> out.number("next_id", state.nextId())
                .maybe(state.bootId(), (inner, id) -> inner.text("boot_id", id))
                .objects("leases", List.copyOf(state.sortedLeases().values()), LedgerFormat::lease)
                .objects("places", places(state), OrderFormat::place)
                .maybe(state.slots(), (inner, slots) -> inner.member("slots", slots, OrderFormat::slots))
                .objects("severed", state.severed(), OrderFormat::severed)
                .maybe(state.stopped(), (inner, why) -> inner.text("stopped", why))
                .member("gpus", state.gpus(), GpuLedgerFormat::write));
    }

    static Ledger read(byte[] json) {
        JsonIn in = JsonIn.parse(json);
        Map<JobId, Lease> leases = new HashMap<>();
        for (Lease lease : in.objects("leases", LedgerFormat::lease)) {
            leases.put(lease.job(), lease);
        }
        return new Ledger(
                in.integer("next_id"),
                in.maybe("boot_id", in::text),
                leases,
                some(in, "places", OrderFormat::place),
                in.maybe("slots", in::member).map(OrderFormat::slots),
                some(in, "severed", OrderFormat::severed),
                in.maybe("stopped", in::text),
                in.maybe("gpus", in::member).map(GpuLedgerFormat::read).orElse(GpuLedger.EMPTY));
    }

    /** None in a ledger that was written before there were any. */
    private static <T> List<T> some(JsonIn in, String name, Function<JsonIn, T> read) {
        return in.has(name) ? in.objects(name, read) : List.of();
    }

    private static List<Place> places(State state) {
        List<Place> all = new ArrayList<>();
        state.places().forEach(all::add);
        return all;
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
                },
                Instant.EPOCH); // the job's own record of its start says when
    }
}
