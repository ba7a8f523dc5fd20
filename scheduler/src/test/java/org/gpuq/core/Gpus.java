package org.gpuq.core;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.User;

/** GPUs as a poll may see them. */
public final class Gpus {
    public static final long GIB = 1L << 30;
    public static final long TOTAL = 80 * GIB;
    public static final Driver READY = new Driver.Ready("580.159.04", true);

    private static final User CARL = new User(1007, 1007, "carl");

    private Gpus() {}

    public static GpuId id(int index) {
        return new GpuId("GPU-" + index);
    }

    /** Nothing runs on it. */
    public static ObservedGpu clean(int index) {
        return seen(index, OptionalLong.of(0), Optional.of(List.of()), Optional.empty());
    }

    public static List<ObservedGpu> clean(int from, int to) {
        return IntStream.range(from, to).mapToObj(Gpus::clean).toList();
    }

    /** In use by these processes; its used memory is theirs. */
    public static ObservedGpu with(int index, GpuProcess... processes) {
        long used = Arrays.stream(processes)
                .mapToLong(process -> process.memoryBytes().orElse(0))
                .sum();
        return seen(index, OptionalLong.of(used), Optional.of(List.of(processes)), Optional.empty());
    }

    public static ObservedGpu used(int index, long bytes, GpuProcess... processes) {
        return seen(index, OptionalLong.of(bytes), Optional.of(List.of(processes)), Optional.empty());
    }

    public static ObservedGpu broken(int index) {
        return clean(index).faulty("it is lost");
    }

    public static ObservedGpu seen(
            int index, OptionalLong used, Optional<List<GpuProcess>> processes, Optional<String> fault) {
        return new ObservedGpu(
                id(index),
                index,
                "NVIDIA H100 80GB HBM3",
                OptionalDouble.of(0),
                used,
                OptionalLong.of(TOTAL),
                OptionalInt.of(35),
                OptionalDouble.of(70),
                processes,
                false,
                fault);
    }

    /** Carl's, of no job. */
    public static GpuProcess foreign(int pid) {
        return process(pid, Owner.FOREIGN, Optional.empty());
    }

    public static GpuProcess ofJob(int pid, JobId job) {
        return process(pid, Owner.JOB, Optional.of(job));
    }

    public static GpuProcess process(int pid, Owner owner, Optional<JobId> job) {
        return new GpuProcess(pid, Optional.of(CARL), "python train.py", OptionalLong.of(20 * GIB), owner, job);
    }
}
