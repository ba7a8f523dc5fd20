package org.gpuq.core.engine;

import java.time.Duration;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.User;

/** What somebody wants done about a GPU, or about a process on one. */
public sealed interface GpuWish {
    User by();

    /** Whether {@link #by} may act on what is everybody's. */
    boolean administrator();

    /** Take it out of use; a job on it goes on. */
    record Drain(GpuId gpu, User by, boolean administrator, String reason) implements GpuWish {}

    /** Give it back to the queue, whether it was drained or set aside. */
    record Resume(GpuId gpu, User by, boolean administrator, String reason) implements GpuWish {}

    /** Do not let a process of no job keep its GPU. */
    record Ignore(int pid, Duration time, User by, boolean administrator, String reason) implements GpuWish {}
}
