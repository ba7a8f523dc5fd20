package org.gpuq.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gpuq.nvml.Simulation.TWO_GPUS;
import static org.gpuq.nvml.Simulation.value;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryTest {
    private static final long MIB = 1L << 20;
    private static final String ME = Long.toString(ProcessHandle.current().pid());

    @TempDir
    Path directory;

    @Test
    void theNewestCallSplitsOffWhatIsReserved() {
        try (var simulation =
                new Simulation(directory, TWO_GPUS + "process gpu=0 pid=" + ME + " memory=1000MiB kind=compute")) {
            assertThat(value(simulation.device(0).memory()))
                    .isEqualTo(new MemoryInfo(
                            81559 * MIB, OptionalLong.of(502 * MIB), (81559 - 502 - 1000) * MIB, 1000 * MIB, false));
        }
    }

    @Test
    void theOlderCallStandsInAndSaysThatItDoesNotKnowTheReserve() {
        try (var simulation = new Simulation(directory, TWO_GPUS + "missing call=nvmlDeviceGetMemoryInfo_v2")) {
            assertThat(value(simulation.device(1).memory()))
                    .isEqualTo(
                            new MemoryInfo(81559 * MIB, OptionalLong.empty(), (81559 - 505) * MIB, 505 * MIB, false));
        }
    }

    @Test
    void anotherVersionOfTheStructureFallsBackToo() {
        try (var simulation = new Simulation(directory, TWO_GPUS + "fault call=nvmlDeviceGetMemoryInfo_v2 code=25")) {
            assertThat(value(simulation.device(0).memory()).reservedBytes()).isEmpty();
        }
    }

    @Test
    void aFailureDoesNotFallBack() {
        try (var simulation =
                new Simulation(directory, TWO_GPUS + "fault call=nvmlDeviceGetMemoryInfo_v2 gpu=1 code=15 times=1")) {
            NvmlDevice device = simulation.device(1);
            assertThat(device.memory()).isEqualTo(Reading.failed(NvmlReturn.GPU_IS_LOST, "nvmlDeviceGetMemoryInfo_v2"));
            assertThat(device.memory()).isInstanceOf(Reading.Value.class);
        }
    }

    @Test
    void aDriverWithNeitherCallIsUnsupportedAndNotUnified() {
        try (var simulation = new Simulation(
                directory,
                TWO_GPUS + "missing call=nvmlDeviceGetMemoryInfo_v2\nmissing call=nvmlDeviceGetMemoryInfo")) {
            assertThat(simulation.device(0).memory()).isEqualTo(Reading.unsupported());
        }
    }

    @Test
    void unifiedMemoryIsTheMachinesAndUsedIsTheProcesses() throws IOException {
        String shared = "process gpu=0 pid=" + ME + " memory=%dMiB kind=%s\n";
        for (String unified : new String[] {"true", "zero"}) {
            try (var simulation = new Simulation(
                    directory,
                    "gpu index=0 uuid=GPU-spark unified=" + unified + "\n"
                            + shared.formatted(100, "compute")
                            + shared.formatted(300, "graphics")
                            + "process gpu=0 pid=77 memory=7MiB kind=mps stale=true")) {
                assertThat(unified(simulation, "MemTotal: 1000 kB\nMemFree: 1 kB\nMemAvailable:  400 kB\n"))
                        .isEqualTo(Reading.of(
                                new MemoryInfo(1000 * 1024, OptionalLong.empty(), 400 * 1024, 307 * MIB, true)));
            }
        }
    }

    @Test
    void aProcessOfUnknownSizeMakesUsedTheBoundThatIsNotTooLow() throws IOException {
        try (var simulation = new Simulation(
                directory,
                "gpu index=0 uuid=GPU-spark unified=true\nprocess gpu=0 pid=" + ME + " memory=unavailable")) {
            MemoryInfo memory = value(unified(simulation, "MemTotal: 1000 kB\nMemAvailable: 400 kB\n"));
            assertThat(memory.usedBytes()).isEqualTo(600 * 1024);
        }
    }

    @Test
    void unifiedMemoryOnAMachineThatDoesNotSayFails() throws IOException {
        try (var simulation = new Simulation(directory, "gpu index=0 uuid=GPU-spark unified=true")) {
            assertThat(unified(simulation, "nonsense\n")).isInstanceOf(Reading.Failed.class);
        }
    }

    private Reading<MemoryInfo> unified(Simulation simulation, String text) throws IOException {
        Path memInfo = Files.writeString(directory.resolve("meminfo"), text);
        Nvml nvml = simulation.opened(Nvml.open(Simulation.LIBRARY.toString(), memInfo));
        return value(nvml.deviceByIndex(0)).memory();
    }
}
