package org.gpuq.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.gpuq.nvml.Simulation.GPU_0;
import static org.gpuq.nvml.Simulation.value;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigTest {
    private static final long GIB = 1L << 30;
    private static final String SLICED = """
            gpu index=0 uuid=%s memory=80GiB mig=true util=50
            mig gpu=0 slot=1 uuid=MIG-one name="MIG 1g.10gb" memory=10GiB gi=7 ci=0
            mig gpu=0 slot=5 uuid=MIG-five name="MIG 3g.40gb" memory=40GiB gi=2 ci=1 gi_slices=3 ci_slices=2 multiprocessors=60
            process gpu=0 mig=5 pid=50 memory=30GiB stale=true
            process gpu=0 mig=1 pid=10 memory=2GiB stale=true
            """.formatted(GPU_0);

    @TempDir
    Path directory;

    @Test
    void emptySlotsAreSkipped() {
        try (var simulation = new Simulation(directory, SLICED)) {
            NvmlDevice parent = simulation.device(0);
            assertThat(value(parent.migMode())).isEqualTo(new MigMode(true, true));
            assertThat(value(parent.maxMigDeviceCount())).isEqualTo(7);
            assertThat(value(parent.migDevices()).stream().map(mig -> value(mig.uuid())))
                    .containsExactly("MIG-one", "MIG-five");
        }
    }

    @Test
    void aSliceKnowsItselfAndItsParent() {
        try (var simulation = new Simulation(directory, SLICED)) {
            NvmlDevice mig = value(simulation.open().deviceByUuid("MIG-five"));
            assertThat(value(mig.name())).isEqualTo("MIG 3g.40gb");
            assertThat(value(mig.gpuInstanceId())).isEqualTo(2);
            assertThat(value(mig.computeInstanceId())).isEqualTo(1);
            assertThat(value(mig.migAttributes())).isEqualTo(new MigAttributes(60, 3, 2, 40 * GIB));
            assertThat(value(mig.memory()).freeBytes()).isEqualTo(10 * GIB);
            assertThat(value(value(mig.migParent()).uuid())).isEqualTo(GPU_0);
        }
    }

    @Test
    void processesTellTheirInstance() {
        try (var simulation = new Simulation(directory, SLICED)) {
            NvmlDevice parent = simulation.device(0);
            assertThat(value(parent.computeProcesses()))
                    .extracting(ProcessInfo::gpuInstanceId, ProcessInfo::computeInstanceId)
                    .containsExactly(
                            tuple(OptionalInt.of(2), OptionalInt.of(1)), tuple(OptionalInt.of(7), OptionalInt.of(0)));
            List<NvmlDevice> slices = value(parent.migDevices());
            assertThat(value(slices.get(0).computeProcesses()))
                    .extracting(ProcessInfo::pid)
                    .containsExactly(10L);
        }
    }

    @Test
    void theParentsUtilizationIsUnsupported() {
        try (var simulation = new Simulation(directory, SLICED)) {
            assertThat(simulation.device(0).utilization()).isEqualTo(Reading.unsupported());
        }
    }

    @Test
    void aGpuThatIsNotSlicedHasNoSlices() {
        try (var simulation = new Simulation(directory, Simulation.TWO_GPUS)) {
            NvmlDevice device = simulation.device(0);
            assertThat(value(device.migDevices())).isEmpty();
            assertThat(device.gpuInstanceId()).isEqualTo(Reading.unsupported());
        }
    }

    @Test
    void aSlotThatFailsFailsTheList() {
        try (var simulation =
                new Simulation(directory, SLICED + "fault call=nvmlDeviceGetMigDeviceHandleByIndex code=15")) {
            assertThat(simulation.device(0).migDevices())
                    .isEqualTo(Reading.failed(NvmlReturn.GPU_IS_LOST, "nvmlDeviceGetMigDeviceHandleByIndex"));
        }
    }
}
