package org.gpuq.core.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Job;
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

    /** What somebody wants of jobs that are there already. */
    sealed interface Wish extends Input {
        User by();

        /** Whether {@link #by} may act on everybody's jobs. */
        boolean administrator();

        /** Whether it is for {@link #by} to have it done to this job. */
        default boolean mayManage(Job job) {
            return Deed.of(this).allowedTo(Role.of(by(), administrator(), job));
        }
    }

    /**
     * Queue a job.
     *
     * @param skipOrphan whether a job that is to follow one that is not there (any more) is skipped; else it is refused
     */
    record Submit(JobSpec spec, boolean skipOrphan) implements Input {
        public Submit(JobSpec spec) {
            this(spec, false);
        }
    }

    /** Make a process that runs outside the queue, and is on GPUs, a job of its owner. */
    record Adopt(Outsider process, User by, boolean administrator) implements Input {}

    /** An adopted process is not there any more. */
    record Departed(Token token) implements Input {}

    /** Take jobs back: queued ones at once, started ones by TERM and, after the grace, KILL. */
    record Cancel(List<JobId> jobs, User by, boolean administrator) implements Wish {
        public Cancel {
            jobs = List.copyOf(jobs);
        }
    }

    /** Take jobs that do not run out of the list; a queued one is cancelled first. All or none. */
    record Remove(List<JobId> jobs, User by, boolean administrator) implements Wish {
        public Remove {
            jobs = List.copyOf(jobs);
        }
    }

    /**
     * Send a signal to the process group of a job that runs, as kill does: what the job makes of it is its own affair. A
     * foreground job is cancelled instead, for nobody else could tell its {@code q}, and so is an adopted one.
     *
     * @param signal 1 to 64
     */
    record Signal(JobId job, int signal, User by, boolean administrator) implements Wish {
        public Signal {
            if (signal < 1 || signal > 64) {
                throw new IllegalArgumentException("no signal has the number " + signal);
            }
        }
    }

    /** Make a queued job the next to run: of its owner's jobs, or of all for an administrator. */
    record Advance(JobId job, User by, boolean administrator) implements Wish {}

    /** Let two queued jobs change places. */
    record Swap(JobId one, JobId other, User by, boolean administrator) implements Wish {}

    /** Let so many CPU slots be used from now on; jobs that run keep theirs. An administrator's wish. */
    record SetSlots(int slots, User by, boolean administrator) implements Wish {}

    /** Forget the whole queue and count from 0 again. What runs goes on, and nobody watches it any more. */
    record Clear(User by, boolean administrator) implements Wish {}

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

    /** What somebody wants done about a GPU or a process on it. */
    record OnGpu(GpuWish wish) implements Input {}

    /** A new snapshot is in the surroundings. */
    record Polled() implements Input {}

    /**
     * Somebody looked at how much room is left on the disk.
     *
     * @param shortage why no job should start, a sentence without a full stop; empty: there is room
     */
    record Room(Optional<String> shortage) implements Input {}

    /** Time has passed. */
    record Tick() implements Input {}

    /** Remove ended jobs from the list: those named, or all that {@code by} may when the set is empty. */
    record Forget(Set<JobId> jobs, User by, boolean administrator) implements Wish {
        public Forget {
            jobs = Set.copyOf(jobs);
        }
    }
}
