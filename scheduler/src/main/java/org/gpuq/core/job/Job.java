package org.gpuq.core.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.model.JobId;

/**
 * A job as it stands.
 *
 * @param submittedAt by the wall clock
 * @param past runs after which it was queued again, the first one first
 */
public record Job(JobId id, JobSpec spec, Instant submittedAt, JobState state, List<Attempt> past) {
    public Job {
        past = List.copyOf(past);
    }

    public Job(JobId id, JobSpec spec, Instant submittedAt, JobState state) {
        this(id, spec, submittedAt, state, List.of());
    }

    public Job with(JobState next) {
        return new Job(id, spec, submittedAt, next, past);
    }

    /** Queued once more, after a run that ended so. */
    public Job again(JobState.Queued next, Attempt attempt) {
        List<Attempt> all = new ArrayList<>(past);
        all.add(attempt);
        return new Job(id, spec, submittedAt, next, all);
    }

    /** The last run counts after all: nothing comes after it. */
    public Job withoutLastAttempt() {
        return new Job(id, spec, submittedAt, state, past.subList(0, past.size() - 1));
    }

    /** The run it is in, or the last it was in. */
    public Optional<Run> lastRun() {
        return state.maybeRun()
                .or(() -> past.isEmpty()
                        ? Optional.empty()
                        : Optional.of(past.getLast().run()));
    }

    /** {@code 1 GPU}, {@code 2 GPUs}. */
    public static String gpus(int count) {
        return count == 1 ? "1 GPU" : count + " GPUs";
    }

    /** For who may not see what it runs, and where. */
    public Job withoutCommand() {
        return new Job(id, spec.withoutCommand(), submittedAt, state, past);
    }

    /** For everybody but its owner: nothing of the environment, not even what the owner had printed of it. */
    public Job withoutEnvironment() {
        return spec.delivery().remark().isEmpty()
                ? this
                : new Job(id, spec.with(spec.delivery().withoutRemark()), submittedAt, state, past);
    }
}
