package org.gpuq.daemon.journal;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.gpuq.core.engine.Lineup;
import org.gpuq.core.engine.State;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Place;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.model.IdMap;
import org.gpuq.core.model.JobId;

/** A state out of its jobs and its ledger: works out again what is only an index. */
final class Rebuild {
    private final Map<Line, Lineup> ready = new EnumMap<>(Line.class);
    private IdMap<JobId> held = IdMap.empty();
    private IdMap<JobId> resting = IdMap.empty();
    private IdMap<IdMap<JobId>> dependents = IdMap.empty();
    private IdMap<JobId> active = IdMap.empty();
    private IdMap<JobId> ended = IdMap.empty();
    private final IdMap<Job> jobs;
    private IdMap<Place> places = IdMap.empty();

    private Rebuild(IdMap<Job> jobs, List<Place> moved) {
        this.jobs = jobs;
        for (Place place : moved) {
            places = places.with(place.job().value(), place);
        }
        for (Line line : Line.values()) {
            ready.put(line, Lineup.EMPTY);
        }
    }

    static State state(IdMap<Job> jobs, LedgerFormat.Ledger ledger) {
        Rebuild rebuild = new Rebuild(jobs, ledger.places());
        for (Job job : jobs) {
            rebuild.place(job);
        }
        return new State(
                ledger.nextId(),
                ledger.bootId(),
                jobs,
                rebuild.ready,
                rebuild.held,
                rebuild.resting,
                rebuild.dependents,
                rebuild.active,
                rebuild.ended,
                rebuild.dated(ledger.leases()),
                rebuild.places,
                ledger.slots(),
                ledger.severed(),
                ledger.stopped(),
                ledger.gpus());
    }

    /** A lease began when the start of its job was decided. */
    private Map<JobId, Lease> dated(Map<JobId, Lease> leases) {
        Map<JobId, Lease> dated = new HashMap<>(leases);
        dated.replaceAll((id, lease) -> jobs.get(id.value())
                .flatMap(Job::lastRun)
                .map(run -> new Lease(lease.job(), lease.gpus(), lease.phase(), run.leasedAt()))
                .orElse(lease));
        return dated;
    }

    private void place(Job job) {
        int id = job.id().value();
        switch (job.state()) {
            case JobState.Queued queued -> {
                if (queued.rest().isPresent()) {
                    resting = resting.with(id, job.id());
                } else {
                    queue(job);
                }
            }
            case JobState.Starting starting -> active = active.with(id, job.id());
            case JobState.Running running -> active = active.with(id, job.id());
            case JobState.Ended over -> ended = ended.with(id, job.id());
        }
    }

    /** Parents that are forgotten have succeeded: a failed one would have skipped the job. */
    private void queue(Job job) {
        List<JobId> pending = job.spec().after().stream()
                .filter(parent -> jobs.get(parent.value())
                        .filter(found -> !(found.state() instanceof JobState.Ended))
                        .isPresent())
                .distinct()
                .toList();
        int id = job.id().value();
        if (pending.isEmpty()) {
            int place = places.get(id).map(Place::place).orElse(id);
            ready.computeIfPresent(job.spec().resources().line(), (line, jobs) -> jobs.with(place, job.id()));
        } else {
            held = held.with(id, job.id());
        }
        for (JobId parent : pending) {
            IdMap<JobId> children = dependents.get(parent.value()).orElse(IdMap.empty());
            dependents = dependents.with(parent.value(), children.with(id, job.id()));
        }
    }
}
