package org.gpuq.core.gpu;

import java.util.Optional;
import java.util.OptionalLong;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.User;

/**
 * A process that the driver lists on a GPU.
 *
 * @param user whose it is; empty when /proc would not say
 * @param command its command line for people, control characters included; empty when unknown
 * @param memoryBytes GPU memory it holds; empty when the driver does not say
 * @param job the job it belongs to, when {@code owner} is JOB
 */
public record GpuProcess(
        int pid, Optional<User> user, String command, OptionalLong memoryBytes, Owner owner, Optional<JobId> job) {
    /** Whose side a process is on. */
    public enum Owner {
        /** Of a job that runs or just ended. */
        JOB,
        /** Of no job: it holds the GPU against the queue. */
        FOREIGN,
        /** A desktop program; it does not block. */
        DISPLAY,
        /** Listed by the driver, but not to be found in /proc: blocks. */
        UNKNOWN
    }

    public boolean blocks() {
        return owner != Owner.DISPLAY;
    }
}
