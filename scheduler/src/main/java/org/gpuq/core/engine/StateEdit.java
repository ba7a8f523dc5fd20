package org.gpuq.core.engine;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.model.IdMap;
import org.gpuq.core.model.JobId;

/** Builds the next state and keeps its indices true. Used by one thread, for one event. */
final class StateEdit {
    private int nextId;
    private Optional<String> bootId;
    private IdMap<Job> jobs;
    private final Map<Line, IdMap<JobId>> ready;
    private IdMap<JobId> held;
    private IdMap<List<JobId>> dependents;
    private IdMap<JobId> active;
    private IdMap<JobId> ended;
    private final Map<JobId, Lease> leases;

    private StateEdit(State state) {
        nextId = state.nextId();
        bootId = state.bootId();
        jobs = state.jobs();
        ready = new EnumMap<>(state.ready());
        held = state.held();
        dependents = state.dependents();
        active = state.active();
        ended = state.ended();
        leases = new HashMap<>(state.leases());
    }

    static StateEdit of(State state) {
        return new StateEdit(state);
    }

    State done() {
        return new State(nextId, bootId, jobs, ready, held, dependents, active, ended, leases);
    }

    StateEdit boot(String id) {
        bootId = Optional.of(id);
        return this;
    }

    /** A new, queued job. */
    StateEdit add(Job job) {
        nextId = job.id().value() + 1;
        jobs = jobs.with(job.id().value(), job);
        List<JobId> pending =
                job.spec().after().stream().filter(this::pending).distinct().toList();
        if (job.spec().after().stream().allMatch(this::succeeded)) {
            line(job);
        } else {
            held = held.with(job.id().value(), job.id());
        }
        for (JobId parent : pending) {
            List<JobId> children =
                    new ArrayList<>(dependents.get(parent.value()).orElse(List.of()));
            children.add(job.id());
            dependents = dependents.with(parent.value(), List.copyOf(children));
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
        ready.merge(
                job.spec().resources().line(),
                IdMap.<JobId>empty().with(job.id().value(), job.id()),
                (line, one) -> line.with(job.id().value(), job.id()));
    }

    /** The same job, further on, in the same list. */
    StateEdit replace(Job job) {
        jobs = jobs.with(job.id().value(), job);
        return this;
    }

    private void leaveQueue(Job job) {
        held = held.without(job.id().value());
        ready.computeIfPresent(
                job.spec().resources().line(),
                (line, ids) -> ids.without(job.id().value()));
    }

    /** From queued to started. */
    StateEdit activate(Job job) {
        leaveQueue(job);
        active = active.with(job.id().value(), job.id());
        return replace(job);
    }

    /** From anything to ended; those that waited only for this one, and may follow it, get in line. */
    StateEdit end(Job job) {
        int id = job.id().value();
        leaveQueue(job);
        job.spec().after().forEach(parent -> unfollow(parent, job.id()));
        active = active.without(id);
        ended = ended.with(id, job.id());
        replace(job);
        for (JobId child : dependents.get(id).orElse(List.of())) {
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
        List<JobId> all = dependents.get(parent.value()).orElse(List.of());
        if (all.contains(child)) {
            List<JobId> rest = all.stream().filter(one -> !one.equals(child)).toList();
            dependents = rest.isEmpty() ? dependents.without(parent.value()) : dependents.with(parent.value(), rest);
        }
    }

    StateEdit lease(Lease lease) {
        leases.put(lease.job(), lease);
        return this;
    }

    StateEdit release(JobId job) {
        leases.remove(job);
        return this;
    }

    StateEdit forget(JobId id) {
        jobs = jobs.without(id.value());
        ended = ended.without(id.value());
        return this;
    }
}
