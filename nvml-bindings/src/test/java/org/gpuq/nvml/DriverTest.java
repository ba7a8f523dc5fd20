package org.gpuq.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gpuq.nvml.Simulation.GPU_0;
import static org.gpuq.nvml.Simulation.GPU_1;
import static org.gpuq.nvml.Simulation.TWO_GPUS;
import static org.gpuq.nvml.Simulation.value;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drivers and GPUs that come, go, fail and hang under an open library. */
class DriverTest {
    @TempDir
    Path directory;

    private static NvmlReturn initCode(Simulation simulation) {
        assertThat(simulation.state().getParent()).isDirectory();
        return switch (Nvml.open(Simulation.LIBRARY.toString())) {
            case Opening.InitFailed failed -> failed.code();
            case Opening.Opened(Nvml nvml) -> {
                nvml.close();
                yield NvmlReturn.SUCCESS;
            }
            case Opening.LibraryMissing missing -> throw new AssertionError(missing.reason());
            case Opening.NotNvml not -> throw new AssertionError(not.reason());
        };
    }

    private static NvmlReturn failure(Reading<?> reading) {
        return ((Reading.Failed<?>) reading).code();
    }

    @Test
    void aReloadedDriverWantsAnotherOpening() throws NvmlException {
        try (var simulation = new Simulation(directory, TWO_GPUS)) {
            Nvml before = simulation.open();
            NvmlDevice device = value(before.deviceByIndex(0));
            simulation.write(TWO_GPUS.replace("driver", "driver generation=2"));
            assertThat(failure(device.uuid())).isEqualTo(NvmlReturn.UNINITIALIZED);
            assertThat(failure(device.uuid()).remedy()).isEqualTo(NvmlReturn.Remedy.REOPEN);
            before.close();
            assertThat(simulation.open().deviceCount()).isEqualTo(2);
        }
    }

    @Test
    void aDriverThatGoesAndComesBack() throws NvmlException {
        try (var simulation = new Simulation(directory, TWO_GPUS)) {
            Nvml nvml = simulation.open();
            simulation.write(TWO_GPUS.replace("driver", "driver state=absent"));
            assertThat(failure(nvml.deviceByIndex(0))).isEqualTo(NvmlReturn.DRIVER_NOT_LOADED);
            assertThat(initCode(simulation)).isEqualTo(NvmlReturn.DRIVER_NOT_LOADED);
            simulation.write(TWO_GPUS);
            assertThat(simulation.open().deviceCount()).isEqualTo(2);
        }
    }

    @Test
    void anUpgradedDriverWantsTheLibraryLoadedAgain() throws NvmlException {
        try (var simulation = new Simulation(directory, TWO_GPUS)) {
            Nvml before = simulation.open();
            simulation.write(TWO_GPUS.replace("driver", "driver generation=2 needs=library"));
            assertThat(failure(before.driverVersion())).isEqualTo(NvmlReturn.LIB_RM_VERSION_MISMATCH);
            before.close(); // the last one: only now is the library unloaded
            assertThat(simulation.open().deviceCount()).isEqualTo(2);
        }
    }

    @Test
    void aMismatchThatReloadingDoesNotCure() {
        try (var simulation = new Simulation(directory, TWO_GPUS.replace("driver", "driver state=mismatch"))) {
            assertThat(initCode(simulation)).isEqualTo(NvmlReturn.LIB_RM_VERSION_MISMATCH);
            assertThat(((Opening.Unavailable) Nvml.open(Simulation.LIBRARY.toString())).reason())
                    .contains("reboot");
        }
    }

    @Test
    void noStateFileIsNoDriver() throws IOException {
        try (var simulation = new Simulation(directory, TWO_GPUS)) {
            Files.delete(simulation.state());
            assertThat(initCode(simulation)).isEqualTo(NvmlReturn.DRIVER_NOT_LOADED);
            simulation.write(TWO_GPUS);
            assertThat(initCode(simulation)).isEqualTo(NvmlReturn.SUCCESS);
        }
    }

    @Test
    void aRemovedGpuIsLostAndTheOthersMoveUp() throws NvmlException {
        try (var simulation = new Simulation(directory, TWO_GPUS)) {
            Nvml nvml = simulation.open();
            NvmlDevice first = value(nvml.deviceByUuid(GPU_0));
            NvmlDevice second = value(nvml.deviceByUuid(GPU_1));
            simulation.write(TWO_GPUS.replaceAll("gpu index=0.*\n", ""));
            assertThat(failure(first.uuid())).isEqualTo(NvmlReturn.GPU_IS_LOST);
            assertThat(value(second.uuid())).isEqualTo(GPU_1);
            assertThat(value(second.index())).isZero();
            assertThat(nvml.deviceCount()).isEqualTo(1);
            simulation.write(TWO_GPUS);
            assertThat(value(first.uuid())).isEqualTo(GPU_0);
        }
    }

    @Test
    void aFaultComesAsOftenAsItSaysWhateverElseChanges() {
        String faulty = TWO_GPUS + "fault call=nvmlDeviceGetMinorNumber code=999 times=2\n";
        try (var simulation = new Simulation(directory, faulty)) {
            NvmlDevice device = simulation.device(0);
            assertThat(failure(device.minorNumber())).isEqualTo(NvmlReturn.UNKNOWN);
            simulation.write(faulty + "teardown ms=5\n");
            assertThat(failure(device.minorNumber())).isEqualTo(NvmlReturn.UNKNOWN);
            assertThat(value(device.minorNumber())).isZero();
            simulation.write(faulty + "fault call=nvmlDeviceGetMinorNumber code=999 times=2\n");
            assertThat(failure(device.minorNumber())).isEqualTo(NvmlReturn.UNKNOWN);
        }
    }

    @Test
    void aWedgedCallHoldsUpNeitherOtherCallsNorClosing() {
        try (var simulation =
                new Simulation(directory, TWO_GPUS + "delay call=nvmlDeviceGetUtilizationRates gpu=0 ms=3600000")) {
            Nvml nvml = simulation.open();
            NvmlDevice device = value(nvml.deviceByIndex(0));
            CompletableFuture<Reading<Utilization>> wedged = CompletableFuture.supplyAsync(device::utilization);
            assertThat(value(device.name())).isNotEmpty();
            assertThat(value(value(nvml.deviceByIndex(1)).utilization()).gpuPercent())
                    .isEqualTo(7);
            assertThat(wedged).isNotDone();
            nvml.close();
            simulation.write(TWO_GPUS); // frees it
            assertThat(wedged.join()).isNotNull();
        }
    }

    @Test
    void aWrongFileKeepsTheStateBeforeButNobodyStartsOnIt() {
        try (var simulation = new Simulation(directory, TWO_GPUS)) {
            NvmlDevice device = simulation.device(0);
            for (String wrong : new String[] {
                "nonsense\n",
                "gpu index=0 uuid=GPU-a memory=5\n",
                "gpu index=0 uuid=GPU-a memory=5GiB colour=red\n",
                "gpu index=0 uuid=GPU-a memory=5GiB\ngpu index=0 uuid=GPU-b memory=5GiB\n",
                "gpu index=0 uuid=\"GPU-a\n",
                "fault call=nvmlDoesNotExist code=1\n",
                "process gpu=0 pid=-1 memory=1MiB\n",
                "teardown\n",
            }) {
                simulation.write(wrong);
                assertThat(value(device.uuid())).as(wrong).isEqualTo(GPU_0);
                assertThat(initCode(simulation)).as(wrong).isEqualTo(NvmlReturn.UNKNOWN);
            }
        }
    }

    @Test
    void commentsAndBlankLinesMeanNothing() throws NvmlException {
        String text = "# a machine\n\n  \t\r\n" + TWO_GPUS.replace("minor=1", "minor=1   # the second");
        try (var simulation = new Simulation(directory, text)) {
            assertThat(simulation.open().deviceCount()).isEqualTo(2);
        }
    }
}
