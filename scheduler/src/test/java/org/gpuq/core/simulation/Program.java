package org.gpuq.core.simulation;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Token;

/** One start of a job, as it really goes: a first process and perhaps a child that outlives it. */
final class Program {
    final Token token;
    final JobId job;
    final List<GpuId> gpus;
    final boolean foreground;
    boolean mainAlive;
    boolean mainOnGpus;
    boolean childAlive;
    boolean childOnGpus;
    Optional<ExitStatus> exit = Optional.empty();
    /** When its process began, by the monotonic clock; one that never ran has none. */
    OptionalLong begunNanos = OptionalLong.empty();

    Program(Token token, JobId job, List<GpuId> gpus, boolean foreground) {
        this.token = token;
        this.job = job;
        this.gpus = gpus;
        this.foreground = foreground;
    }

    boolean alive() {
        return mainAlive || childAlive;
    }

    boolean uses(GpuId gpu) {
        return (mainOnGpus || childOnGpus) && gpus.contains(gpu);
    }

    int pid() {
        return 4000 + job.value();
    }
}
