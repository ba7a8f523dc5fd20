package org.gpuq.core.simulation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.gpuq.core.engine.Lineup;
import org.gpuq.core.engine.State;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Place;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.model.IdMap;
import org.gpuq.core.model.JobId;

/** Every index of the state is what one gets by looking at all jobs. */
final class IndicesAgree implements Invariant {
    private State last = State.EMPTY;

    @SuppressWarnings("ReferenceEquality") // the very same state was looked at before
    @Override
    public Optional<String> violation(Rest rest) {
        State is = rest.state();
        if (is == last) {
            return Optional.empty();
        }
        last = is;
        State ought = rebuilt(is);
        if (!is.equals(ought)) {
            return Optional.of(is + "\n  ought to be " + ought);
        }
        return is.leases().values().stream()
                .filter(lease -> !fits(lease, is))
                .findFirst()
                .map(lease -> lease + " does not fit " + is.job(lease.job()));
    }

    private static State rebuilt(State state) {
        Map<Line, Lineup> ready = new EnumMap<>(Line.class);
        for (Line line : Line.values()) {
            ready.put(line, Lineup.EMPTY);
        }
        IdMap<JobId> held = IdMap.empty();
        IdMap<JobId> resting = IdMap.empty();
        IdMap<JobId> active = IdMap.empty();
        IdMap<JobId> ended = IdMap.empty();
        Map<JobId, List<JobId>> dependents = new TreeMap<>();
        for (Job job : state.jobs()) {
            int id = job.id().value();
            switch (job.state()) {
                case JobState.Starting starting -> active = active.with(id, job.id());
                case JobState.Running running -> active = active.with(id, job.id());
                case JobState.Ended over -> ended = ended.with(id, job.id());
                case JobState.Queued queued -> {
                    Set<JobId> pending = pending(state, job);
                    pending.forEach(parent -> dependents
                            .computeIfAbsent(parent, any -> new ArrayList<>())
                            .add(job.id()));
                    if (queued.rest().isPresent()) {
                        resting = resting.with(id, job.id());
                    } else if (pending.isEmpty()) {
                        ready.computeIfPresent(
                                job.spec().resources().line(),
                                (line, ids) -> ids.with(state.place(job.id()), job.id()));
                    } else {
                        held = held.with(id, job.id());
                    }
                }
            }
        }
        IdMap<IdMap<JobId>> followers = IdMap.empty();
        for (Map.Entry<JobId, List<JobId>> entry : dependents.entrySet()) {
            IdMap<JobId> children = IdMap.empty();
            for (JobId child : entry.getValue()) {
                children = children.with(child.value(), child);
            }
            followers = followers.with(entry.getKey().value(), children);
        }
        IdMap<Place> places = IdMap.empty();
        for (Place place : state.places()) {
            boolean queued = state.job(place.job())
                    .filter(job -> job.state() instanceof JobState.Queued)
                    .isPresent();
            places = queued ? places.with(place.job().value(), place) : places;
        }
        return new State(
                state.nextId(),
                state.bootId(),
                state.jobs(),
                ready,
                held,
                resting,
                followers,
                active,
                ended,
                state.leases(),
                places,
                state.slots(),
                state.severed(),
                state.stopped(),
                state.gpus());
    }

    private static Set<JobId> pending(State state, Job job) {
        Set<JobId> pending = new HashSet<>();
        for (JobId parent : job.spec().after()) {
            state.job(parent)
                    .filter(found -> !(found.state() instanceof JobState.Ended))
                    .ifPresent(found -> pending.add(parent));
        }
        return pending;
    }

    /** A lease is held by a job that is active, and cools down after one that has ended. */
    private static boolean fits(Lease lease, State state) {
        boolean active = state.active().contains(lease.job().value());
        boolean sameGpus = state.job(lease.job())
                .flatMap(Job::lastRun)
                .map(run -> run.gpus().equals(lease.gpus()))
                .orElse(false);
        return sameGpus
                && switch (lease.phase()) {
                    case Lease.Phase.Held held -> active;
                    case Lease.Phase.Cooling cooling -> !active;
                };
    }
}
