package org.gpuq.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gpuq.nvml.Simulation.TWO_GPUS;
import static org.gpuq.nvml.Simulation.value;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessListTest {
    private static final long MIB = 1L << 20;
    private static final String EACH_KIND = TWO_GPUS + """
            process gpu=0 pid=100 memory=1MiB kind=compute stale=true
            process gpu=0 pid=101 memory=2MiB kind=compute stale=true
            process gpu=0 pid=200 memory=3MiB kind=graphics stale=true
            process gpu=0 pid=300 memory=4MiB kind=mps stale=true
            process gpu=1 pid=400 memory=5MiB kind=compute stale=true
            """;

    @TempDir
    Path directory;

    private static ProcessInfo process(long pid, long mebibytes) {
        return new ProcessInfo(pid, OptionalLong.of(mebibytes * MIB), OptionalInt.empty(), OptionalInt.empty());
    }

    private static void assertEachKind(NvmlDevice device) {
        assertThat(value(device.computeProcesses())).containsExactly(process(100, 1), process(101, 2));
        assertThat(value(device.graphicsProcesses())).containsExactly(process(200, 3));
        assertThat(value(device.mpsProcesses())).containsExactly(process(300, 4));
    }

    @Test
    void eachKindHasItsList() {
        try (var simulation = new Simulation(directory, EACH_KIND)) {
            assertEachKind(simulation.device(0));
        }
    }

    @Test
    void olderVersionsStandIn() {
        String withoutV3 = EACH_KIND + missing("_v3");
        for (String text : List.of(withoutV3, withoutV3 + missing("_v2"))) {
            try (var simulation = new Simulation(directory, text)) {
                assertEachKind(simulation.device(0));
            }
        }
    }

    private static String missing(String suffix) {
        return """
                missing call=nvmlDeviceGetComputeRunningProcesses%1$s
                missing call=nvmlDeviceGetGraphicsRunningProcesses%1$s
                missing call=nvmlDeviceGetMPSComputeRunningProcesses%1$s
                """.formatted(suffix);
    }

    @Test
    void aDriverWithoutTheListIsUnsupported() {
        try (var simulation = new Simulation(directory, EACH_KIND + missing("_v3") + missing("_v2") + missing(""))) {
            assertThat(simulation.device(0).mpsProcesses()).isEqualTo(Reading.unsupported());
        }
    }

    @Test
    void missingPermissionIsAFailureAndNotAnEmptyList() {
        try (var simulation =
                new Simulation(directory, EACH_KIND + "fault call=nvmlDeviceGetComputeRunningProcesses_v3 code=4")) {
            assertThat(simulation.device(0).computeProcesses())
                    .isEqualTo(Reading.failed(NvmlReturn.NO_PERMISSION, "nvmlDeviceGetComputeRunningProcesses_v3"));
        }
    }

    @Test
    void listsLongerThanTheFirstBufferAreReadWhole() {
        for (int size : new int[] {0, 63, 64, 65, 128, 129, 1000}) {
            String processes = IntStream.rangeClosed(1, size)
                    .mapToObj("process gpu=0 pid=%d memory=1MiB stale=true\n"::formatted)
                    .collect(Collectors.joining());
            try (var simulation = new Simulation(directory, TWO_GPUS + processes)) {
                assertThat(value(simulation.device(0).computeProcesses()))
                        .extracting(ProcessInfo::pid)
                        .containsExactlyElementsOf(IntStream.rangeClosed(1, size)
                                .mapToObj(Long::valueOf)
                                .toList());
            }
        }
    }

    @Test
    void aListThatNeverFitsFailsInsteadOfLooping() {
        try (var simulation = new Simulation(
                directory, EACH_KIND + "fault call=nvmlDeviceGetComputeRunningProcesses_v3 code=7 times=5")) {
            NvmlDevice device = simulation.device(0);
            assertThat(device.computeProcesses())
                    .isEqualTo(Reading.failed(NvmlReturn.INSUFFICIENT_SIZE, "nvmlDeviceGetComputeRunningProcesses_v3"));
            assertThat(value(device.computeProcesses())).hasSize(2);
        }
    }

    @Test
    void unavailableMemoryIsUnknown() {
        try (var simulation =
                new Simulation(directory, TWO_GPUS + "process gpu=0 pid=9 memory=unavailable stale=true")) {
            assertThat(value(simulation.device(0).computeProcesses()))
                    .containsExactly(
                            new ProcessInfo(9, OptionalLong.empty(), OptionalInt.empty(), OptionalInt.empty()));
        }
    }

    @Test
    void pidsThatCannotBeAreLeftOut() {
        try (var simulation = new Simulation(directory, TWO_GPUS + """
                process gpu=0 pid=0 memory=1MiB stale=true
                process gpu=0 pid=4194305 memory=1MiB stale=true
                process gpu=0 pid=4294967295 memory=1MiB stale=true
                process gpu=0 pid=4194304 memory=1MiB stale=true
                """)) {
            assertThat(value(simulation.device(0).computeProcesses()))
                    .extracting(ProcessInfo::pid)
                    .containsExactly(4194304L);
        }
    }

    @Test
    void aDeadProcessLeavesByItself() throws IOException, InterruptedException {
        Process sleep = new ProcessBuilder("sleep", "300").start();
        try (var simulation =
                new Simulation(directory, TWO_GPUS + "process gpu=0 pid=" + sleep.pid() + " memory=1GiB")) {
            NvmlDevice device = simulation.device(0);
            assertThat(value(device.computeProcesses())).hasSize(1);
            sleep.destroyForcibly().waitFor();
            assertThat(value(device.computeProcesses())).isEmpty();
            assertThat(value(device.memory()).usedBytes()).isZero();
        } finally {
            sleep.destroyForcibly();
        }
    }

    @Test
    void memoryStaysForTheTeardown() throws IOException, InterruptedException {
        Process sleep = new ProcessBuilder("sleep", "300").start();
        try (var simulation = new Simulation(
                directory, TWO_GPUS + "teardown ms=3600000\nprocess gpu=0 pid=" + sleep.pid() + " memory=1GiB")) {
            NvmlDevice device = simulation.device(0);
            assertThat(value(device.memory()).usedBytes()).isEqualTo(1024 * MIB);
            sleep.destroyForcibly().waitFor();
            assertThat(value(device.memory()).usedBytes()).isEqualTo(1024 * MIB);
            simulation.write(TWO_GPUS + "teardown ms=3600000");
            assertThat(value(device.memory()).usedBytes()).isEqualTo(1024 * MIB);
            simulation.write(TWO_GPUS + "teardown ms=1");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> value(device.memory()).usedBytes() == 0);
        } finally {
            sleep.destroyForcibly();
        }
    }

    @Test
    void utilizationOfProcesses() {
        try (var simulation = new Simulation(directory, TWO_GPUS + """
                process gpu=0 pid=11 memory=1MiB stale=true util=30
                process gpu=0 pid=12 memory=1MiB stale=true util=3000000000
                process gpu=0 pid=13 memory=1MiB stale=true
                """)) {
            NvmlDevice device = simulation.device(0);
            assertThat(value(device.utilization()).gpuPercent()).isEqualTo(30);
            List<ProcessUtilization> samples = value(device.processUtilization(0));
            assertThat(samples).singleElement().satisfies(sample -> {
                assertThat(sample.pid()).isEqualTo(11);
                assertThat(sample.smPercent()).isEqualTo(30);
                assertThat(sample.timestampUs()).isPositive();
            });
            assertThat(value(device.processUtilization(Long.MAX_VALUE))).isEmpty();
        }
    }
}
