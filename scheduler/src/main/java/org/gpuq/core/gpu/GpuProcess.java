package org.gpuq.core.gpu;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Now;
import org.gpuq.core.model.User;

/**
 * A process that the driver lists on a GPU.
 *
 * @param user whose it is; empty when /proc would not say
 * @param command its command line for people, control characters included; empty when unknown
 * @param memoryBytes GPU memory it holds; empty when the driver does not say
 * @param job the job it belongs to, when {@code owner} is JOB
 * @param detail what else is known of it
 */
public record GpuProcess(
        int pid,
        Optional<User> user,
        String command,
        OptionalLong memoryBytes,
        Owner owner,
        Optional<JobId> job,
        Detail detail) {
    /** The kernel tells user space hundredths of a second, whatever it counts in. */
    private static final long TICK_NANOS = 10_000_000;

    private static final String HIDDEN = "(hidden)";

    public GpuProcess(
            int pid, Optional<User> user, String command, OptionalLong memoryBytes, Owner owner, Optional<JobId> job) {
        this(pid, user, command, memoryBytes, owner, job, Detail.NONE);
    }

    /** Whose side a process is on. */
    public enum Owner {
        /** Of a job that runs or just ended. */
        JOB,
        /** Of no job: it holds the GPU against the queue. */
        FOREIGN,
        /** A desktop program; it does not block. */
        DISPLAY,
        /** A server through which programs share the GPU (CUDA MPS); they block, it does not. */
        MPS,
        /** Listed by the driver, but not to be found in /proc: blocks. */
        UNKNOWN
    }

    /**
     * What is known of a process beyond what the driver lists.
     *
     * @param startTicks clock ticks (of 10 ms) after boot at which it started
     * @param utilization of the GPU, 0 to 1, by this process alone
     * @param idleSinceNanos since when it has not computed as far as was looked, on the monotonic clock
     * @param container the container it runs in: its name, or the beginning of its id
     */
    public record Detail(
            OptionalLong startTicks,
            OptionalDouble utilization,
            OptionalLong idleSinceNanos,
            Optional<String> container) {
        public static final Detail NONE =
                new Detail(OptionalLong.empty(), OptionalDouble.empty(), OptionalLong.empty(), Optional.empty());
    }

    /** How long it has run. */
    public Optional<Duration> age(Now now) {
        return detail.startTicks().isPresent()
                ? Optional.of(Duration.ofNanos(
                        now.monotonicNanos() - detail.startTicks().getAsLong() * TICK_NANOS))
                : Optional.empty();
    }

    /** How long it has computed nothing; empty when that is not known. */
    public Optional<Duration> idle(Now now) {
        return detail.idleSinceNanos().isPresent()
                ? Optional.of(Duration.ofNanos(
                        now.monotonicNanos() - detail.idleSinceNanos().getAsLong()))
                : Optional.empty();
    }

    public GpuProcess with(Detail more) {
        return new GpuProcess(pid, user, command, memoryBytes, owner, job, more);
    }

    /** For who may not see what it runs, and in what. */
    public GpuProcess withoutCommand() {
        Detail less = new Detail(detail.startTicks, detail.utilization, detail.idleSinceNanos, Optional.empty());
        return new GpuProcess(pid, user, command.isEmpty() ? "" : HIDDEN, memoryBytes, owner, job, less);
    }

    public boolean blocks() {
        return owner != Owner.DISPLAY && owner != Owner.MPS;
    }

    /** Empty when it cannot be told from one that gets its pid later. */
    public Optional<ProcessKey> key() {
        return detail.startTicks().isPresent()
                ? Optional.of(new ProcessKey(pid, detail.startTicks().getAsLong()))
                : Optional.empty();
    }
}
