package org.gpuq.core.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.gpuq.core.gpu.GpuLedger;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.gpu.Lease.Phase;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.Place;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.model.IdMap;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Token;
import org.gpuq.core.model.User;

/**
 * Everything durable, as one immutable value. {@link Transitions} alone makes a new one out of an event. All that follows
 * {@code jobs} is an index that keeps each decision independent of how many jobs there are.
 *
 * @param nextId the id that the next job gets
 * @param bootId the boot in which the last event was written, empty before the first
 * @param jobs every job that is not forgotten
 * @param ready queued jobs without pending dependencies, for each line in the order of their places
 * @param held queued jobs that wait for others
 * @param resting queued jobs that rest after a run
 * @param dependents for a job that has not ended, those queued that follow it
 * @param active jobs that start or run
 * @param ended jobs that are over, by id
 * @param leases by the job that holds them
 * @param places of queued jobs that somebody moved; every other one's is its own number
 * @param slots the CPU slots that somebody asked for, if anybody did
 * @param severed starts that are in no list: what is left of an ended queue's jobs, and what tells of a job's end
 * @param stopped why no job starts at all, if so
 * @param gpus what else is on record about GPUs
 */
public record State(
        int nextId,
        Optional<String> bootId,
        IdMap<Job> jobs,
        Map<Line, Lineup> ready,
        IdMap<JobId> held,
        IdMap<JobId> resting,
        IdMap<IdMap<JobId>> dependents,
        IdMap<JobId> active,
        IdMap<JobId> ended,
        Map<JobId, Lease> leases,
        IdMap<Place> places,
        Optional<SlotsSet> slots,
        List<Severed> severed,
        Optional<String> stopped,
        GpuLedger gpus) {
    public static final State EMPTY = new State(
            0,
            Optional.empty(),
            IdMap.empty(),
            Map.of(Line.CPU, Lineup.EMPTY, Line.GPU, Lineup.EMPTY),
            IdMap.empty(),
            IdMap.empty(),
            IdMap.empty(),
            IdMap.empty(),
            IdMap.empty(),
            Map.of(),
            IdMap.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            GpuLedger.EMPTY);

    public State {
        ready = Map.copyOf(ready);
        leases = Map.copyOf(leases);
        severed = List.copyOf(severed);
    }

    public Optional<Job> job(JobId id) {
        return jobs.get(id.value());
    }

    /** Queued jobs of a line that could start if there were room, the next one first. */
    public Lineup ready(Line line) {
        return ready.getOrDefault(line, Lineup.EMPTY);
    }

    /** Where a queued job stands: the lower, the earlier. */
    public int place(JobId id) {
        return places.get(id.value()).map(Place::place).orElse(id.value());
    }

    /** A place before all others. */
    int frontPlace() {
        int least = 0;
        for (Place place : places) {
            least = Math.min(least, place.place());
        }
        return least - 1;
    }

    /** The job that {@code user} submitted last, if it is still there. */
    public Optional<Job> latest(User user) {
        for (int id = nextId - 1; id >= 0; id--) {
            Optional<Job> own = jobs.get(id).filter(job -> job.spec().user().is(user));
            if (own.isPresent()) {
                return own;
            }
        }
        return Optional.empty();
    }

    /** What is left of a job of an ended queue that has this token. */
    public Optional<Severed> severed(Token token) {
        return severed.stream().filter(left -> left.token().equals(token)).findFirst();
    }

    public int queued() {
        return held.size()
                + resting.size()
                + ready(Line.CPU).size()
                + ready(Line.GPU).size();
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

    /** The same with every job as {@code how} shows it: to be looked at, not to be decided on. */
    State seenThrough(UnaryOperator<Job> how) {
        return new State(
                nextId,
                bootId,
                jobs.seenThrough(how),
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

    /** Leases by job in ascending order, for listings. */
    public Map<JobId, Lease> sortedLeases() {
        return new TreeMap<>(leases);
    }
}
