package org.gpuq.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.gpuq.nvml.Simulation.TWO_GPUS;
import static org.gpuq.nvml.Simulation.value;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Libraries that really lack symbols, which a state file cannot take away. */
class DriverVariantTest {
    private static final long MIB = 1L << 20;
    private static final String THREE_PROCESSES = """
            process gpu=0 pid=101 memory=1MiB stale=true
            process gpu=0 pid=102 memory=2MiB stale=true
            process gpu=0 pid=103 memory=3MiB stale=true
            """;

    @TempDir
    Path directory;

    @Test
    void anOldDriverAnswersThroughTheOlderCallsAndTheRestIsUnsupported() throws IOException, InterruptedException {
        Path library = NativeBuild.variant("old");
        try (var simulation = new Simulation(directory, TWO_GPUS + THREE_PROCESSES)) {
            NvmlDevice device = value(simulation.open(library).deviceByIndex(0));
            assertThat(value(device.computeProcesses()))
                    .extracting(ProcessInfo::pid)
                    .containsExactly(101L, 102L, 103L);
            assertThat(value(device.memory()).reservedBytes()).isEmpty();
            assertThat(value(device.temperatureCelsius())).isEqualTo(35);
            assertThat(value(device.clockReasons())).isEmpty();
            assertThat(device.mpsProcesses()).isEqualTo(Reading.unsupported());
            assertThat(device.remappedRows()).isEqualTo(Reading.unsupported());
            assertThat(device.migMode()).isEqualTo(Reading.unsupported());
            assertThat(device.migDevices()).isEqualTo(Reading.unsupported());
        }
    }

    @Test
    void driver535WritesLargerElements() throws IOException, InterruptedException {
        Path library = NativeBuild.variant("535");
        String text = TWO_GPUS.replace("driver version=580.159.04", "driver stride=32 version=535.54.03");
        try (var simulation = new Simulation(directory, text + THREE_PROCESSES)) {
            NvmlDevice device = value(simulation.open(library).deviceByIndex(0));
            assertThat(value(device.computeProcesses()))
                    .extracting(ProcessInfo::pid, ProcessInfo::usedMemoryBytes)
                    .containsExactly(
                            tuple(101L, OptionalLong.of(MIB)),
                            tuple(102L, OptionalLong.of(2 * MIB)),
                            tuple(103L, OptionalLong.of(3 * MIB)));
        }
    }
}
