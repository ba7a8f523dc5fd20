package org.gpuq.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gpuq.nvml.Simulation.GPU_1;
import static org.gpuq.nvml.Simulation.TWO_GPUS;
import static org.gpuq.nvml.Simulation.value;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gpuq-sim-load} as a program, seen through NVML. */
class SimulatedLoadTest {
    private static final long GIB = 1L << 30;
    private static final int WRITERS = 24;

    @TempDir
    Path directory;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    /** @param visible CUDA_VISIBLE_DEVICES; {@code unset} leaves it out */
    private Process load(String visible, String memory, String seconds) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Simulation.LOAD.toString(), memory, seconds);
        builder.environment().put("GPUQ_SIM", directory.resolve("state").toString());
        if (visible.equals("unset")) {
            builder.environment().remove("CUDA_VISIBLE_DEVICES");
        } else {
            builder.environment().put("CUDA_VISIBLE_DEVICES", visible);
        }
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(10))
                .until(condition);
    }

    private static List<ProcessInfo> on(NvmlDevice device) {
        return value(device.computeProcesses());
    }

    private static String errors(Process process) throws IOException {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void itTakesTheVisibleGpuWorksAndLeaves() throws IOException, InterruptedException {
        try (var simulation = new Simulation(directory, TWO_GPUS)) {
            Nvml nvml = simulation.open();
            NvmlDevice seen = value(nvml.deviceByUuid(GPU_1));
            Process process = load(GPU_1, "21GiB", "3600");
            await(() -> !on(seen).isEmpty());
            assertThat(on(seen)).singleElement().satisfies(entry -> {
                assertThat(entry.pid()).isEqualTo(process.pid());
                assertThat(entry.usedMemoryBytes()).isEqualTo(OptionalLong.of(21 * GIB));
            });
            assertThat(value(seen.utilization()).gpuPercent()).isGreaterThan(90);
            assertThat(on(value(nvml.deviceByIndex(0)))).isEmpty();
            process.destroy();
            assertThat(process.waitFor()).isEqualTo(128 + 15);
            assertThat(Files.readString(simulation.state())).isEqualTo(TWO_GPUS);
        }
    }

    @Test
    void withoutTheVariableItTakesAllAndAnEmptyOneNone() throws IOException, InterruptedException {
        try (var simulation = new Simulation(directory, TWO_GPUS)) {
            Nvml nvml = simulation.open();
            Process all = load("unset", "1GiB", "3600");
            for (int index = 0; index < 2; index++) {
                NvmlDevice device = value(nvml.deviceByIndex(index));
                await(() -> on(device).size() == 1);
            }
            Process none = load("", "1GiB", "0.01");
            assertThat(none.waitFor()).isZero();
            Process second = load("1,0,7", "1GiB", "0.01");
            assertThat(second.waitFor()).isZero();
            assertThat(all.isAlive()).isTrue();
        }
    }

    @Test
    void aGpuThatIsNotThereIsCudasError() throws IOException, InterruptedException {
        try (var _ = new Simulation(directory, TWO_GPUS)) {
            Process process = load("GPU-none", "1GiB", "3600");
            assertThat(process.waitFor()).isEqualTo(1);
            assertThat(errors(process)).contains("CUDA error: no CUDA-capable device", "GPU-none");
        }
    }

    @Test
    void memoryThatDoesNotFitIsCudasError() throws IOException, InterruptedException {
        try (var simulation = new Simulation(directory, TWO_GPUS)) {
            NvmlDevice device = simulation.device(0);
            load("0", "50GiB", "3600");
            await(() -> on(device).size() == 1);
            Process second = load("0", "50GiB", "3600");
            assertThat(second.waitFor()).isEqualTo(1);
            assertThat(errors(second)).contains("CUDA error: out of memory", "50.00 GiB");
            assertThat(on(device)).hasSize(1);
        }
    }

    @Test
    void aKilledOneCountsNoMoreAndTheNextWriterTidiesUp() throws IOException, InterruptedException {
        try (var simulation = new Simulation(directory, TWO_GPUS)) {
            NvmlDevice device = simulation.device(0);
            Process killed = load("0", "1GiB", "3600");
            await(() -> on(device).size() == 1);
            killed.destroyForcibly().waitFor();
            assertThat(on(device)).isEmpty();
            assertThat(Files.readString(simulation.state())).contains("pid=" + killed.pid());
            assertThat(load("0", "1GiB", "0").waitFor()).isZero();
            assertThat(Files.readString(simulation.state())).isEqualTo(TWO_GPUS);
        }
    }

    @Test
    void concurrentWritersLoseNoLine() throws IOException, InterruptedException {
        try (var simulation = new Simulation(directory, TWO_GPUS)) {
            NvmlDevice device = simulation.device(0);
            List<Process> staying = new ArrayList<>();
            List<Process> leaving = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                staying.add(load("0", "1MiB", "3600"));
                leaving.add(load("0", "1MiB", "0.02"));
            }
            for (Process process : leaving) {
                assertThat(process.waitFor()).isZero();
            }
            await(() -> on(device).size() == WRITERS);
            assertThat(on(device))
                    .extracting(ProcessInfo::pid)
                    .containsExactlyInAnyOrderElementsOf(
                            staying.stream().map(Process::pid).toList());
            staying.forEach(Process::destroy);
            for (Process process : staying) {
                process.waitFor();
            }
            assertThat(Files.readString(simulation.state())).isEqualTo(TWO_GPUS);
        }
    }

    @Test
    void whatItCannotReadItLeavesAlone() throws IOException, InterruptedException {
        try (var simulation = new Simulation(directory, "nonsense here\n")) {
            Process process = load("unset", "1GiB", "3600");
            assertThat(process.waitFor()).isEqualTo(1);
            assertThat(errors(process)).contains("line 1");
            assertThat(Files.readString(simulation.state())).isEqualTo("nonsense here\n");
            assertThat(load("unset", "much", "1").waitFor()).isEqualTo(2);
        }
    }
}
