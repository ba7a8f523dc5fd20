package org.gpuq.daemon.journal;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.Transitions;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.Place;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.IdMap;
import org.gpuq.core.model.JobId;
import org.gpuq.daemon.journal.DamagedRows.Row;

/**
 * What could be read of a damaged database, put together to a queue.
 *
 * @param seq the last event that is in the state
 * @param environments by their ids, whole for sure: an id is a hash
 * @param lostRows rows that are there and make no sense
 * @param lostEvents events that could not be read, or did not follow from what was left of the others
 * @param ledger whether the row that says which GPUs are leased was there; else the jobs' own records say it
 * @param damaged whether a part of the file could not be read at all, or anything above was lost
 */
record Saved(
        State state,
        long seq,
        Map<EnvironmentId, byte[]> environments,
        int lostRows,
        int lostEvents,
        boolean ledger,
        boolean damaged) {
    static Saved of(Connection connection) {
        return new Reading(connection).saved();
    }

    private static final class Reading {
        private final DamagedRows rows;
        private final Shared shared = new Shared();
        private int lostRows;
        private int lostEvents;

        Reading(Connection connection) {
            rows = new DamagedRows(connection);
        }

        Saved saved() {
            Map<EnvironmentId, byte[]> environments = environments();
            IdMap<Job> jobs = jobs();
            NavigableMap<Long, Row> ledgers = rows.read("ledger", "seq, body");
            NavigableMap<Long, Row> events = rows.read("event", "type, body");
            Optional<LedgerFormat.Ledger> ledger = ledger(ledgers);
            long seq = ledger.isPresent()
                    ? Long.parseLong(ledgers.firstEntry().getValue().text())
                    : -1;
            State state = Rebuild.state(jobs, without(jobs, ledger.orElseGet(() -> rebuilt(jobs))));
            for (Map.Entry<Long, Row> event : events.tailMap(seq, false).entrySet()) {
                state = after(state, event.getValue());
                seq = event.getKey();
            }
            boolean lost = rows.damaged() || lostRows + lostEvents > 0;
            return new Saved(state, Math.max(seq, 0), environments, lostRows, lostEvents, ledger.isPresent(), lost);
        }

        private Map<EnvironmentId, byte[]> environments() {
            Map<EnvironmentId, byte[]> whole = new HashMap<>();
            for (Row row : rows.read("environment", "sha256, body").values()) {
                EnvironmentId id = new EnvironmentId(row.text());
                byte[] body = row.body().bytes();
                if (Environments.isOf(id, body)) {
                    whole.put(id, body);
                } else {
                    lostRows++;
                }
            }
            return whole;
        }

        private IdMap<Job> jobs() {
            IdMap<Job> jobs = IdMap.empty();
            for (Map.Entry<Long, Row> row : rows.read("job", "'', body").entrySet()) {
                try {
                    int id = Math.toIntExact(row.getKey());
                    jobs = jobs.with(
                            id,
                            JobFormat.read(new JobId(id), row.getValue().body().bytes(), shared));
                } catch (IllegalArgumentException | ArithmeticException e) {
                    lostRows++;
                }
            }
            return jobs;
        }

        private Optional<LedgerFormat.Ledger> ledger(NavigableMap<Long, Row> ledgers) {
            try {
                return ledgers.isEmpty()
                        ? Optional.empty()
                        : Optional.of(LedgerFormat.read(
                                ledgers.firstEntry().getValue().body().bytes()));
            } catch (IllegalArgumentException | ArithmeticException e) {
                lostRows++;
                return Optional.empty();
            }
        }

        /** What a job holds that starts or runs is in its own record too. */
        private static LedgerFormat.Ledger rebuilt(IdMap<Job> jobs) {
            Map<JobId, Lease> leases = new HashMap<>();
            int next = 0;
            for (Job job : jobs) {
                next = Math.max(next, job.id().value() + 1);
                if (job.state().active()) {
                    job.state()
                            .maybeRun()
                            .filter(run -> !run.gpus().isEmpty())
                            .ifPresent(run -> leases.put(
                                    job.id(), new Lease(job.id(), run.gpus(), new Lease.Phase.Held(), run.leasedAt())));
                }
            }
            return with(LedgerFormat.Ledger.EMPTY, next, leases);
        }

        /** A lease whose job is lost would never end; what still runs on its GPUs is seen there. */
        private static LedgerFormat.Ledger without(IdMap<Job> jobs, LedgerFormat.Ledger ledger) {
            Map<JobId, Lease> leases = new HashMap<>(ledger.leases());
            leases.keySet().removeIf(job -> jobs.get(job.value()).isEmpty());
            int next = ledger.nextId();
            for (Job job : jobs) {
                next = Math.max(next, job.id().value() + 1);
            }
            return with(ledger, next, leases);
        }

        private static LedgerFormat.Ledger with(LedgerFormat.Ledger ledger, int nextId, Map<JobId, Lease> leases) {
            return new LedgerFormat.Ledger(
                    nextId,
                    ledger.bootId(),
                    leases,
                    ledger.places(),
                    ledger.slots(),
                    ledger.severed(),
                    ledger.stopped(),
                    ledger.gpus());
        }

        /** The state as it is when the event says nothing, or nothing that follows. */
        private State after(State state, Row row) {
            try {
                Event event = EventFormat.read(row.text(), row.body().bytes(), shared);
                return Transitions.apply(upTo(state, event), event);
            } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
                lostEvents++;
                return state;
            }
        }

        /** A submission that is lost leaves a hole in the numbers. */
        private static State upTo(State state, Event event) {
            if (!(event instanceof Event.Submitted submitted) || submitted.job().value() <= state.nextId()) {
                return state;
            }
            List<Place> places = new ArrayList<>();
            state.places().forEach(places::add);
            return Rebuild.state(
                    state.jobs(),
                    new LedgerFormat.Ledger(
                            submitted.job().value(),
                            state.bootId(),
                            state.leases(),
                            places,
                            state.slots(),
                            state.severed(),
                            state.stopped(),
                            state.gpus()));
        }
    }
}
