package org.gpuq.daemon.launch;

import java.time.Instant;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.StartFailure;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.Token;

/** What q-launch tells. Everything about a token may be told twice. */
public sealed interface LaunchEvent {
    /**
     * q-launch is there. The first event, unless it is {@link Disconnected}.
     *
     * @param version of the protocol, as q-launch speaks it
     * @param pid of q-launch
     * @param controls what of jobs can be limited there: the sum of 1 memory, 2 processes, 4 CPUs
     * @param devices by what version of control groups jobs can be confined to device files; 0: they cannot be
     * @param refusal why they cannot be, the kernel's error number
     * @param cgroup the control group below which jobs get theirs; empty: none can be made
     */
    record Ready(int version, int pid, int controls, int devices, int refusal, String cgroup) implements LaunchEvent {}

    /** How many supervisors live. */
    record Counted(int supervisors) implements LaunchEvent {}

    /**
     * What became of moving a foreground job's {@code q} into a control group.
     *
     * @param errno why it could not be; 0: it is there
     * @param cgroup the control group's path, empty when there is none
     */
    record Joined(Token token, int errno, String cgroup) implements LaunchEvent {}

    /**
     * The job's program runs.
     *
     * @param at when it started, by the supervisor's wall clock
     */
    record Started(Token token, JobProcess process, Instant at) implements LaunchEvent {}

    /** The job's program never ran, and never will for this token. */
    record NotStarted(Token token, StartFailure failure) implements LaunchEvent {}

    /**
     * The job's process ended; others of the job may be left until {@link Empty}.
     *
     * @param startedAt by the supervisor's wall clock, as is {@code endedAt}
     */
    record Exited(Token token, ExitStatus status, Usage usage, Instant startedAt, Instant endedAt)
            implements LaunchEvent {}

    /** No process of the job is left that q-launch can see. */
    record Empty(Token token) implements LaunchEvent {}

    /** Nobody knows how the job ended: its supervisor was killed, or there never was one. */
    record Gone(Token token) implements LaunchEvent {}

    /**
     * The last event: q-launch ended, or it or we said something that makes no sense. Jobs run on.
     *
     * @param reason a sentence without a full stop
     */
    record Disconnected(String reason) implements LaunchEvent {}
}
