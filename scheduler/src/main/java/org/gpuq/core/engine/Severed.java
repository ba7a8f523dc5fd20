package org.gpuq.core.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.gpu.Lease.Phase;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Token;
import org.gpuq.core.model.User;

/**
 * A start that is in no list: what is left of a job that ran when its queue was ended, or what tells somebody of a job's end.
 * Its GPUs are not given away before its last process has gone and a look taken after that finds them clean.
 *
 * @param number the id of the job it is of; another job may have it now
 * @param user whose job it was
 * @param process its first process, if it was known to run
 * @param goneNanos monotonic time at which its last process was known to have gone; empty while it may run
 */
public record Severed(
        Token token, JobId number, User user, List<GpuId> gpus, Optional<JobProcess> process, OptionalLong goneNanos) {
    public Severed {
        gpus = List.copyOf(gpus);
    }

    Severed gone(long atMonotonicNanos) {
        return new Severed(token, number, user, gpus, process, OptionalLong.of(atMonotonicNanos));
    }

    /** Its hold on GPUs once its processes have gone. */
    Lease lease(long sinceNanos) {
        return new Lease(number, gpus, new Phase.Cooling(sinceNanos, true), Instant.EPOCH);
    }

    /** To this queue it is a process like any other that it did not start. */
    List<GpuProcess> asForeign() {
        return process.stream()
                .map(first -> new GpuProcess(
                        first.pid(),
                        Optional.of(user),
                        "job " + number + " of an ended queue",
                        OptionalLong.empty(),
                        GpuProcess.Owner.FOREIGN,
                        Optional.empty()))
                .toList();
    }
}
