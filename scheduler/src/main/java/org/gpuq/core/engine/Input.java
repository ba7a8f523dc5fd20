package org.gpuq.core.engine;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.StartFailure;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Token;
import org.gpuq.core.model.User;

/** What can come to the loop from outside. */
public sealed interface Input {
    /**
     * The daemon came up.
     *
     * @param bootId the kernel's id of this boot
     */
    record DaemonStart(String bootId) implements Input {}

    record Submit(JobSpec spec) implements Input {}

    /**
     * Take jobs back: queued ones at once, started ones by TERM and, after the grace, KILL.
     *
     * @param administrator whether {@code by} may act on everybody's jobs
     */
    record Cancel(List<JobId> jobs, User by, boolean administrator) implements Input {
        public Cancel {
            jobs = List.copyOf(jobs);
        }
    }

    /** Its process runs. Also the answer when a restarted daemon asks after a job that still does. */
    record Launched(Token token, JobProcess process, Instant at) implements Input {}

    record NotLaunched(Token token, StartFailure failure) implements Input {}

    /**
     * Its process ended.
     *
     * @param at by the wall clock of the supervisor
     */
    record Exited(Token token, ExitStatus status, Usage usage, Instant at) implements Input {}

    /**
     * Nobody knows what became of it.
     *
     * @param reason a sentence without a full stop
     */
    record Vanished(Token token, String reason) implements Input {}

    /** No process of it is left. */
    record ProcessesGone(Token token) implements Input {}

    /** A new snapshot is in the surroundings. */
    record Polled() implements Input {}

    /** Time has passed. */
    record Tick() implements Input {}

    /** Remove ended jobs from the list: those named, or all that {@code by} may when the set is empty. */
    record Forget(Set<JobId> jobs, User by, boolean administrator) implements Input {
        public Forget {
            jobs = Set.copyOf(jobs);
        }
    }
}
