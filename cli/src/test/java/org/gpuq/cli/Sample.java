package org.gpuq.cli;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Resources;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;

/** People, jobs and GPUs to test with. */
public final class Sample {
    public static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    public static final User ANN = new User(1001, 1001, "ann");
    public static final User BOB = new User(1002, 1002, "bob");
    public static final User CARL = new User(1003, 1003, "carl");
    public static final EnvironmentId ENVIRONMENT = new EnvironmentId("e".repeat(64));

    private static final long GIB = 1L << 30;

    private Sample() {}

    public static JobSpec job(User user, int gpus, String... command) {
        return new JobSpec(
                user,
                Arrays.stream(command).map(RawBytes::utf8).toList(),
                RawBytes.utf8("/home/" + user.name()),
                ENVIRONMENT,
                022,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                new Resources(gpus),
                List.of(),
                false);
    }

    public static JobSpec labelled(JobSpec spec, String label) {
        return new JobSpec(
                spec.user(),
                spec.command(),
                spec.directory(),
                spec.environment(),
                spec.umask(),
                spec.limits(),
                Optional.of(RawBytes.utf8(label)),
                spec.name(),
                spec.resources(),
                spec.after(),
                spec.foreground());
    }

    public static JobSpec foreground(JobSpec spec) {
        return new JobSpec(
                spec.user(),
                spec.command(),
                spec.directory(),
                spec.environment(),
                spec.umask(),
                spec.limits(),
                spec.label(),
                spec.name(),
                spec.resources(),
                spec.after(),
                true);
    }

    public static GpuId gpuId(int index) {
        return new GpuId("GPU-0000000" + index + "-aaaa-bbbb-cccc-dddddddddddd");
    }

    /** An idle one. */
    public static ObservedGpu gpu(int index) {
        return gpu(index, List.of());
    }

    public static ObservedGpu gpu(int index, List<GpuProcess> processes) {
        long used = processes.stream()
                .mapToLong(process -> process.memoryBytes().orElse(0))
                .sum();
        return new ObservedGpu(
                gpuId(index),
                index,
                "NVIDIA H100 80GB HBM3",
                OptionalDouble.of(processes.isEmpty() ? 0 : 0.97),
                OptionalLong.of(used),
                OptionalLong.of(81559L << 20),
                OptionalInt.of(35 + 10 * index),
                OptionalDouble.of(70.4),
                Optional.of(processes),
                false,
                Optional.empty());
    }

    /** One of which only the name is known. */
    public static ObservedGpu mute(int index) {
        return new ObservedGpu(
                gpuId(index),
                index,
                "NVIDIA H100 80GB HBM3",
                OptionalDouble.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                false,
                Optional.empty());
    }

    public static GpuProcess foreign(User user, int pid, String command, long gib) {
        return new GpuProcess(
                pid,
                Optional.of(user),
                command,
                OptionalLong.of(gib * GIB),
                GpuProcess.Owner.FOREIGN,
                Optional.empty());
    }

    public static GpuSnapshot snapshot(ObservedGpu... gpus) {
        return new GpuSnapshot(new GpuSnapshot.Driver.Ready("580.159.04", false), List.of(gpus), 0);
    }
}
