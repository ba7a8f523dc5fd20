package org.gpuq.daemon.port;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.gpuq.core.engine.GpuWish;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.Outsider;
import org.gpuq.core.engine.View;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;

/** The queue as commands see it. Thread-safe; calls that change something return when the change is durable. */
public interface Queue {
    /** The latest published state, at the present moment. Never blocks. */
    View view();

    /**
     * @return the new job's id, durable
     * @throws RefusedException when it could never run, or cannot be stored
     */
    JobId submit(JobSpec spec) throws RefusedException, InterruptedException;

    /**
     * Takes jobs back, all or none.
     *
     * @throws RefusedException when one does not exist, has ended, or is not the caller's to cancel
     */
    default void cancel(List<JobId> jobs, User by, boolean administrator)
            throws RefusedException, InterruptedException {
        ask(new Input.Cancel(jobs, by, administrator));
    }

    /**
     * Queues a job that is skipped, not refused, when one that it is to follow is not there.
     *
     * @return the new job's id, durable
     * @throws RefusedException when it could never run, or cannot be stored
     */
    JobId submitOrSkip(JobSpec spec) throws RefusedException, InterruptedException;

    /**
     * Makes a process that runs outside the queue a job of its owner.
     *
     * @return the new job's id, durable
     * @throws RefusedException when it is on no GPU, not the asker's, a job's already, or on a leased GPU
     */
    JobId adopt(Outsider process, User by, boolean administrator) throws RefusedException, InterruptedException;

    /**
     * Asks for a change of jobs that are there or of the queue itself; returns when it is durable.
     *
     * @throws RefusedException when it cannot be had, is not for the asker to have, or cannot be stored; nothing is changed
     */
    void ask(Input.Wish wish) throws RefusedException, InterruptedException;

    /**
     * Does something about a GPU or a process on one.
     *
     * @throws RefusedException when the caller may not, or there is nothing to do it to
     */
    void change(GpuWish wish) throws RefusedException, InterruptedException;

    /**
     * Reports what happened to a foreground job; returns when it is durable.
     *
     * @throws RefusedException when it cannot be written now; it is not lost, and written as soon as that is possible
     */
    void report(Input input) throws RefusedException, InterruptedException;

    /**
     * Keeps an environment for the submission that follows.
     *
     * @param environment {@code NAME=value} entries in the caller's order
     */
    EnvironmentId keep(List<RawBytes> environment) throws RefusedException;

    /**
     * The environment stored under {@code id}.
     *
     * @throws RefusedException when it cannot be read
     */
    List<RawBytes> environment(EnvironmentId id) throws RefusedException;

    /**
     * What a command of the submitter's said of the surroundings when the job was queued; nothing for who may not see it.
     *
     * @throws RefusedException when it cannot be read
     */
    default Optional<List<RawBytes>> remark(Job job) throws RefusedException {
        Optional<EnvironmentId> stored = job.spec().delivery().remark();
        return stored.isEmpty() ? Optional.empty() : Optional.of(environment(stored.get()));
    }

    /**
     * The whole environment to run a started job with: its submitter's, and which GPUs it may use.
     *
     * @throws RefusedException when it cannot be read
     */
    List<RawBytes> jobEnvironment(Job job) throws RefusedException;

    /** Path of the job's output file; empty when it never started, or runs in its caller's terminal. */
    Optional<RawBytes> output(Job job);

    /** Where the outputs of its runs before that are, the first one first; none for a foreground job. */
    List<RawBytes> earlierOutputs(Job job);

    /**
     * Waits until the job fulfils {@code condition} or is forgotten.
     *
     * @return the job as it then was
     * @throws RefusedException when there is no such job, or, as {@link org.gpuq.core.engine.Refusal.Kind#REMOVED}, when
     *     it is forgotten meanwhile
     */
    Job await(JobId job, Predicate<Job> condition) throws RefusedException, InterruptedException;
}
