package org.gpuq.core.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.gpu.Lease.Phase;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.model.IdMap;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Token;

/**
 * Everything durable, as one immutable value. {@link Transitions} alone makes a new one out of an event. All that follows
 * {@code jobs} is an index that keeps each decision independent of how many jobs there are.
 *
 * @param nextId the id that the next job gets
 * @param bootId the boot in which the last event was written, empty before the first
 * @param jobs every job that is not forgotten
 * @param ready queued jobs without pending dependencies, for each line in order of arrival
 * @param held queued jobs that wait for others
 * @param dependents for a job that has not ended, those queued that follow it
 * @param active jobs that start or run
 * @param ended jobs that are over, by id
 * @param leases by the job that holds them
 */
public record State(
        int nextId,
        Optional<String> bootId,
        IdMap<Job> jobs,
        Map<Line, IdMap<JobId>> ready,
        IdMap<JobId> held,
        IdMap<List<JobId>> dependents,
        IdMap<JobId> active,
        IdMap<JobId> ended,
        Map<JobId, Lease> leases) {
    public static final State EMPTY = new State(
            0,
            Optional.empty(),
            IdMap.empty(),
            Map.of(Line.CPU, IdMap.empty(), Line.GPU, IdMap.empty()),
            IdMap.empty(),
            IdMap.empty(),
            IdMap.empty(),
            IdMap.empty(),
            Map.of());

    public State {
        ready = Map.copyOf(ready);
        leases = Map.copyOf(leases);
    }

    public Optional<Job> job(JobId id) {
        return jobs.get(id.value());
    }

    /** Queued jobs of a line that could start if there were room, first in, first out. */
    public IdMap<JobId> ready(Line line) {
        return ready.getOrDefault(line, IdMap.empty());
    }

    public int queued() {
        return held.size() + ready(Line.CPU).size() + ready(Line.GPU).size();
    }

    /** CPU slots that jobs which start or run have. */
    public int slotsTaken() {
        int taken = 0;
        for (JobId id : active) {
            taken += job(id).map(job -> job.spec().resources().slots()).orElse(0);
        }
        return taken;
    }

    /** The started job with this token. Few jobs are active at once, so they are simply looked through. */
    public Optional<Job> active(Token token) {
        for (JobId id : active) {
            Optional<Job> job = job(id);
            if (job.flatMap(found -> found.state().maybeRun())
                    .filter(run -> run.token().equals(token))
                    .isPresent()) {
                return job;
            }
        }
        return Optional.empty();
    }

    /** Whether an ended job still has processes, as far as is known, that keep its GPUs. */
    public boolean leftovers(JobId id) {
        Lease lease = leases.get(id);
        return lease != null && lease.phase() instanceof Phase.Cooling cooling && !cooling.processesGone();
    }

    /** Leases by job in ascending order, for listings. */
    public Map<JobId, Lease> sortedLeases() {
        return new TreeMap<>(leases);
    }
}
