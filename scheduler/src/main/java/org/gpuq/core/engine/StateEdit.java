package org.gpuq.core.engine;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.gpuq.core.gpu.GpuLedger;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Place;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.model.IdMap;
import org.gpuq.core.model.JobId;

/** Builds the next state and keeps its indices true. Used by one thread, for one event. */
final class StateEdit {
    private int nextId;
    private Optional<String> bootId;
    private IdMap<Job> jobs;
    private final Map<Line, Lineup> ready;
    private IdMap<JobId> held;
    private IdMap<JobId> resting;
    private IdMap<IdMap<JobId>> dependents;
    private IdMap<JobId> active;
    private IdMap<JobId> ended;
    private final Map<JobId, Lease> leases;
    private IdMap<Place> places;
    private Optional<SlotsSet> slots;
    private List<Severed> severed;
    private Optional<String> stopped;
    private GpuLedger gpus;

    private StateEdit(State state) {
        nextId = state.nextId();
        bootId = state.bootId();
        jobs = state.jobs();
        ready = new EnumMap<>(state.ready());
        held = state.held();
        resting = state.resting();
        dependents = state.dependents();
        active = state.active();
        ended = state.ended();
        leases = new HashMap<>(state.leases());
        places = state.places();
        slots = state.slots();
        severed = state.severed();
        stopped = state.stopped();
        gpus = state.gpus();
    }

    static StateEdit of(State state) {
        return new StateEdit(state);
    }

    State done() {
        return new State(
                nextId,
                bootId,
                jobs,
                ready,
                held,
                resting,
                dependents,
                active,
                ended,
                leases,
                places,
                slots,
                severed,
                stopped,
                gpus);
    }

    StateEdit boot(String id) {
        bootId = Optional.of(id);
        return this;
    }

    /** A new, queued job. */
    StateEdit add(Job job) {
        nextId = job.id().value() + 1;
        // Before it is among them: a job that was to follow itself waits for one that is not there.
        List<JobId> pending =
                job.spec().after().stream().filter(this::pending).distinct().toList();
        boolean free = job.spec().after().stream().allMatch(this::succeeded);
        jobs = jobs.with(job.id().value(), job);
        if (free) {
            line(job);
        } else {
            held = held.with(job.id().value(), job.id());
        }
        for (JobId parent : pending) {
            IdMap<JobId> children = dependents.get(parent.value()).orElse(IdMap.empty());
            dependents = dependents.with(parent.value(), children.with(job.id().value(), job.id()));
        }
        return this;
    }

    private boolean pending(JobId id) {
        return jobs.get(id.value())
                .filter(job -> !(job.state() instanceof JobState.Ended))
                .isPresent();
    }

    /** A parent that has been forgotten since it was waited for must have succeeded: its failure skips at once. */
    private boolean succeeded(JobId id) {
        return jobs.get(id.value())
                .map(job ->
                        job.state() instanceof JobState.Ended over && over.end().success())
                .orElse(true);
    }

    private void line(Job job) {
        ready.compute(
                job.spec().resources().line(),
                (line, jobs) -> (jobs == null ? Lineup.EMPTY : jobs).with(place(job.id()), job.id()));
    }

    private int place(JobId id) {
        return places.get(id.value()).map(Place::place).orElse(id.value());
    }

    /** Queued jobs to other places, all of them at once: one may take the place that another one leaves. */
    StateEdit move(List<Place> moves) {
        List<Job> inLine = new ArrayList<>();
        for (Place move : moves) {
            Job job = jobs.get(move.job().value()).orElseThrow();
            if (leaveLine(job)) {
                inLine.add(job);
            }
        }
        for (Place move : moves) {
            int id = move.job().value();
            places = move.place() == id ? places.without(id) : places.with(id, move);
        }
        inLine.forEach(this::line);
        return this;
    }

    /** Whether it was in one. */
    private boolean leaveLine(Job job) {
        Line line = job.spec().resources().line();
        Lineup before = ready.getOrDefault(line, Lineup.EMPTY);
        int place = place(job.id());
        // A job that has left may stand, by its number, where another one was moved to.
        boolean there = before.at(place).filter(job.id()::equals).isPresent();
        if (there) {
            ready.put(line, before.without(place));
        }
        return there;
    }

    /** The same job, further on, in the same list. */
    StateEdit replace(Job job) {
        jobs = jobs.with(job.id().value(), job);
        return this;
    }

    private void leaveQueue(Job job) {
        leaveLine(job);
        held = held.without(job.id().value());
        resting = resting.without(job.id().value());
        places = places.without(job.id().value());
    }

    /** From queued to started. */
    StateEdit activate(Job job) {
        leaveQueue(job);
        active = active.with(job.id().value(), job.id());
        return replace(job);
    }

    /**
     * From started back to queued: it rests. It has its old place, or one before all others when somebody was moved to that.
     */
    StateEdit requeue(Job job, int front) {
        int id = job.id().value();
        for (Place place : places) {
            if (place.place() == id) {
                places = places.with(id, new Place(job.id(), front));
                break;
            }
        }
        active = active.without(job.id().value());
        resting = resting.with(job.id().value(), job.id());
        return replace(job);
    }

    /** It has rested, and stands in line. */
    StateEdit rested(Job job) {
        resting = resting.without(job.id().value());
        line(job);
        return replace(job);
    }

    StateEdit stopped(Optional<String> why) {
        stopped = why;
        return this;
    }

    /** From anything to ended; those that waited only for this one, and may follow it, get in line. */
    StateEdit end(Job job) {
        int id = job.id().value();
        leaveQueue(job);
        job.spec().after().forEach(parent -> unfollow(parent, job.id()));
        active = active.without(id);
        ended = ended.with(id, job.id());
        replace(job);
        for (JobId child : dependents.get(id).orElse(IdMap.empty())) {
            jobs.get(child.value())
                    .filter(waiting -> waiting.state() instanceof JobState.Queued
                            && waiting.spec().after().stream().allMatch(this::succeeded))
                    .ifPresent(waiting -> {
                        held = held.without(child.value());
                        line(waiting);
                    });
        }
        dependents = dependents.without(id);
        return this;
    }

    /** A child that was taken back must not be reached when its parent ends. */
    private void unfollow(JobId parent, JobId child) {
        IdMap<JobId> all = dependents.get(parent.value()).orElse(IdMap.empty());
        if (all.contains(child.value())) {
            IdMap<JobId> rest = all.without(child.value());
            dependents = rest.isEmpty() ? dependents.without(parent.value()) : dependents.with(parent.value(), rest);
        }
    }

    StateEdit lease(Lease lease) {
        leases.put(lease.job(), lease);
        return this;
    }

    StateEdit gpus(UnaryOperator<GpuLedger> change) {
        gpus = change.apply(gpus);
        return this;
    }

    StateEdit release(JobId job) {
        leases.remove(job);
        return this;
    }

    StateEdit slots(SlotsSet set) {
        slots = Optional.of(set);
        return this;
    }

    /** Everything goes but what was set for the queue as such, and what is left of the jobs that run. */
    StateEdit clear(List<Severed> left) {
        severed = left;
        nextId = 0;
        jobs = IdMap.empty();
        ready.clear();
        for (Line line : Line.values()) {
            ready.put(line, Lineup.EMPTY);
        }
        held = IdMap.empty();
        resting = IdMap.empty();
        dependents = IdMap.empty();
        active = IdMap.empty();
        ended = IdMap.empty();
        leases.clear();
        places = IdMap.empty();
        gpus = gpus.withoutJobs();
        return this;
    }

    StateEdit severed(List<Severed> left) {
        severed = left;
        return this;
    }

    StateEdit forget(JobId id) {
        jobs = jobs.without(id.value());
        ended = ended.without(id.value());
        return this;
    }
}
