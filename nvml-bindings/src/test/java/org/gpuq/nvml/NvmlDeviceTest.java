package org.gpuq.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gpuq.nvml.Simulation.GPU_0;
import static org.gpuq.nvml.Simulation.TWO_GPUS;
import static org.gpuq.nvml.Simulation.value;

import java.nio.file.Path;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each call and structure, through JNA. */
class NvmlDeviceTest {
    private static final String RICH = """
            gpu index=0 uuid=%s name="A GPU with a name" memory=80GiB minor=5 pci=0001:2a:03.0 util=42 memory_util=17 \
            temp=-4 power=70.125 power_limit=350 energy=12.5 clock_graphics=1980 clock_sm=1979 clock_memory=2619 \
            clock_reasons=0x24 compute_mode=exclusive-process persistence=false ecc_corrected=3 ecc_uncorrected=5000000000 \
            remapped_corrected=1 remapped_uncorrected=2 remap_pending=true recovery=drain-and-reset numa=1 cpus=0xf0
            """.formatted(GPU_0);

    @TempDir
    Path directory;

    @Test
    void identity() {
        try (var simulation = new Simulation(directory, RICH)) {
            NvmlDevice device = simulation.device(0);
            assertThat(value(device.uuid())).isEqualTo(GPU_0);
            assertThat(value(device.name())).isEqualTo("A GPU with a name");
            assertThat(value(device.minorNumber())).isEqualTo(5);
            assertThat(value(device.index())).isZero();
            assertThat(value(device.pci()))
                    .isEqualTo(new PciInfo("00000001:2A:03.0", 1, 0x2a, 3, 0x233010de, 0x16c110de));
        }
    }

    @Test
    void utilizationHasBothFields() {
        try (var simulation = new Simulation(directory, RICH)) {
            assertThat(value(simulation.device(0).utilization())).isEqualTo(new Utilization(42, 17));
        }
    }

    @Test
    void temperaturePowerAndClocks() {
        try (var simulation = new Simulation(directory, RICH)) {
            NvmlDevice device = simulation.device(0);
            assertThat(value(device.temperatureCelsius())).isEqualTo(-4);
            assertThat(value(device.powerUsageMilliwatts())).isEqualTo(70_125);
            assertThat(value(device.enforcedPowerLimitMilliwatts())).isEqualTo(350_000);
            assertThat(value(device.totalEnergyMillijoules())).isEqualTo(12_500);
            assertThat(value(device.clockMegahertz(ClockDomain.GRAPHICS))).isEqualTo(1980);
            assertThat(value(device.clockMegahertz(ClockDomain.SM))).isEqualTo(1979);
            assertThat(value(device.clockMegahertz(ClockDomain.MEMORY))).isEqualTo(2619);
            assertThat(value(device.clockReasons()))
                    .containsExactlyInAnyOrder(ClockReason.SW_POWER_CAP, ClockReason.SW_THERMAL_SLOWDOWN);
        }
    }

    @Test
    void theOlderTemperatureCallStandsIn() {
        try (var simulation = new Simulation(directory, TWO_GPUS + "missing call=nvmlDeviceGetTemperatureV")) {
            assertThat(value(simulation.device(0).temperatureCelsius())).isEqualTo(35);
        }
    }

    @Test
    void theOlderClockReasonsCallStandsIn() {
        try (var simulation = new Simulation(directory, RICH + "missing call=nvmlDeviceGetCurrentClocksEventReasons")) {
            assertThat(value(simulation.device(0).clockReasons())).hasSize(2);
        }
    }

    @Test
    void modes() {
        try (var simulation = new Simulation(directory, RICH)) {
            NvmlDevice device = simulation.device(0);
            assertThat(value(device.computeMode())).isEqualTo(ComputeMode.EXCLUSIVE_PROCESS);
            assertThat(value(device.persistenceMode())).isFalse();
            assertThat(value(device.migMode())).isEqualTo(new MigMode(false, false));
        }
    }

    @Test
    void health() {
        try (var simulation = new Simulation(directory, RICH)) {
            NvmlDevice device = simulation.device(0);
            assertThat(value(device.eccErrors(EccErrorType.CORRECTED, EccCounter.VOLATILE)))
                    .isEqualTo(3);
            assertThat(value(device.eccErrors(EccErrorType.UNCORRECTED, EccCounter.AGGREGATE)))
                    .isEqualTo(5_000_000_000L);
            assertThat(value(device.remappedRows())).isEqualTo(new RemappedRows(1, 2, true, false));
            assertThat(value(device.recoveryAction())).isEqualTo(RecoveryAction.DRAIN_AND_RESET);
        }
    }

    @Test
    void topology() {
        try (var simulation = new Simulation(directory, TWO_GPUS + "gpu index=2 uuid=GPU-far memory=1GiB numa=1")) {
            Nvml nvml = simulation.open();
            NvmlDevice first = value(nvml.deviceByIndex(0));
            assertThat(value(first.topologyCommonAncestor(first))).isEqualTo(TopologyLevel.INTERNAL);
            assertThat(value(first.topologyCommonAncestor(value(nvml.deviceByIndex(1)))))
                    .isEqualTo(TopologyLevel.NODE);
            assertThat(value(first.topologyCommonAncestor(value(nvml.deviceByIndex(2)))))
                    .isEqualTo(TopologyLevel.SYSTEM);
        }
    }

    @Test
    void cpuAffinity() {
        try (var simulation = new Simulation(directory, RICH)) {
            assertThat(value(simulation.device(0).cpuAffinity())).isEqualTo(BitSet.valueOf(new long[] {0xf0}));
        }
    }

    @Test
    void whatTheGpuHasNotIsUnsupportedAndNotZero() {
        try (var simulation = new Simulation(
                directory,
                "gpu index=0 uuid=GPU-consumer memory=24GiB ecc=false\n"
                        + "fault call=nvmlDeviceGetUtilizationRates code=3")) {
            NvmlDevice device = simulation.device(0);
            assertThat(device.eccErrors(EccErrorType.CORRECTED, EccCounter.VOLATILE))
                    .isEqualTo(Reading.unsupported());
            assertThat(device.remappedRows()).isEqualTo(Reading.unsupported());
            assertThat(device.utilization()).isEqualTo(Reading.unsupported());
        }
    }

    @Test
    void aDriverThatDoesNotKnowTheRecoveryFieldIsUnsupported() {
        try (var simulation = new Simulation(directory, TWO_GPUS + "fault call=nvmlDeviceGetFieldValues code=2")) {
            assertThat(simulation.device(0).recoveryAction()).isEqualTo(Reading.unsupported());
        }
    }

    @Test
    void aLostGpuFailsWithItsCodeWhileTheOtherAnswers() {
        try (var simulation =
                new Simulation(directory, TWO_GPUS + "fault call=nvmlDeviceGetPowerUsage gpu=1 code=15")) {
            Nvml nvml = simulation.open();
            assertThat(value(nvml.deviceByIndex(1)).powerUsageMilliwatts())
                    .isEqualTo(Reading.failed(NvmlReturn.GPU_IS_LOST, "nvmlDeviceGetPowerUsage"));
            assertThat(value(value(nvml.deviceByIndex(0)).powerUsageMilliwatts()))
                    .isEqualTo(70_000);
        }
    }
}
