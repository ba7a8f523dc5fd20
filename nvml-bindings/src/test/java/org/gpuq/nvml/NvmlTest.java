package org.gpuq.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.gpuq.nvml.Simulation.GPU_0;
import static org.gpuq.nvml.Simulation.GPU_1;
import static org.gpuq.nvml.Simulation.TWO_GPUS;
import static org.gpuq.nvml.Simulation.value;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvmlTest {
    @TempDir
    Path directory;

    @Test
    void aMissingLibraryIsAValueWithAReason() {
        assertThat(Nvml.open("/nowhere/libnvidia-ml.so.1"))
                .isInstanceOfSatisfying(
                        Opening.LibraryMissing.class,
                        missing -> assertThat(missing.reason()).contains("/nowhere/libnvidia-ml.so.1", "GPUQ_NVML"));
    }

    @Test
    void aLibraryThatIsNotNvmlIsAValue() {
        assertThat(Nvml.open("libc.so.6")).isEqualTo(new Opening.NotNvml("libc.so.6", "nvmlInit_v2"));
    }

    @Test
    void initialisingThatFailsIsAValueWithItsCode() {
        try (var _ = new Simulation(directory, "fault call=nvmlInit_v2 code=9")) {
            assertThat(Nvml.open(Simulation.LIBRARY.toString()))
                    .isInstanceOfSatisfying(Opening.InitFailed.class, failed -> {
                        assertThat(failed.code()).isEqualTo(NvmlReturn.DRIVER_NOT_LOADED);
                        assertThat(failed.reason()).contains("DRIVER_NOT_LOADED (9)", "nvidia-smi");
                    });
        }
    }

    @Test
    void theConfigurationNamesTheLibraryBeforeTheEnvironmentDoes() {
        Map<String, String> environment = Map.of("GPUQ_NVML", "/from/environment");
        assertThat(Nvml.library(Optional.of("/from/configuration"), environment))
                .isEqualTo("/from/configuration");
        assertThat(Nvml.library(Optional.empty(), environment)).isEqualTo("/from/environment");
        assertThat(Nvml.library(Optional.of(""), Map.of("GPUQ_NVML", ""))).isEqualTo("libnvidia-ml.so.1");
    }

    @Test
    void versionsAreRead() {
        try (var simulation = new Simulation(directory, TWO_GPUS)) {
            Nvml nvml = simulation.open();
            assertThat(value(nvml.driverVersion())).isEqualTo("580.159.04");
            assertThat(value(nvml.nvmlVersion())).isEqualTo("13.580.159.04");
            assertThat(value(nvml.cudaDriverVersion())).hasToString("13.0");
        }
    }

    @Test
    void gpusAreFoundByIndexUuidAndBusId() throws NvmlException {
        try (var simulation = new Simulation(directory, TWO_GPUS)) {
            Nvml nvml = simulation.open();
            assertThat(nvml.deviceCount()).isEqualTo(2);
            assertThat(nvml.devices().stream().map(device -> value(value(device).uuid())))
                    .containsExactly(GPU_0, GPU_1);
            assertThat(value(value(nvml.deviceByUuid(GPU_1)).index())).isEqualTo(1);
            assertThat(value(value(nvml.deviceByPciBusId("00000000:02:00.0")).uuid()))
                    .isEqualTo(GPU_1);
            assertThat(nvml.deviceByUuid("GPU-none"))
                    .isEqualTo(Reading.failed(NvmlReturn.NOT_FOUND, "nvmlDeviceGetHandleByUUID"));
        }
    }

    @Test
    void oneLostGpuDoesNotHideTheOthers() throws NvmlException {
        try (var simulation =
                new Simulation(directory, TWO_GPUS + "fault call=nvmlDeviceGetHandleByIndex_v2 gpu=0 code=15")) {
            List<Reading<NvmlDevice>> devices = simulation.open().devices();
            assertThat(devices.get(0))
                    .isEqualTo(Reading.failed(NvmlReturn.GPU_IS_LOST, "nvmlDeviceGetHandleByIndex_v2"));
            assertThat(value(value(devices.get(1)).uuid())).isEqualTo(GPU_1);
        }
    }

    @Test
    void withoutACountThereIsAnException() {
        try (var simulation = new Simulation(directory, TWO_GPUS + "fault call=nvmlDeviceGetCount_v2 code=999")) {
            Nvml nvml = simulation.open();
            assertThatThrownBy(nvml::deviceCount).isInstanceOfSatisfying(NvmlException.class, failure -> {
                assertThat(failure.code()).isEqualTo(NvmlReturn.UNKNOWN);
                assertThat(failure).hasMessageContaining("nvmlDeviceGetCount_v2");
            });
        }
    }

    @Test
    void afterCloseEverythingIsUninitialised() {
        try (var simulation = new Simulation(directory, TWO_GPUS)) {
            Nvml nvml = simulation.open();
            NvmlDevice device = value(nvml.deviceByIndex(0));
            nvml.close();
            assertThat(device.uuid()).isEqualTo(Reading.failed(NvmlReturn.UNINITIALIZED, "nvmlDeviceGetUUID"));
            assertThat(nvml.deviceByIndex(0)).isInstanceOf(Reading.Failed.class);
            nvml.close();
        }
    }

    @Test
    void twoOpeningsDoNotCloseEachOther() {
        try (var simulation = new Simulation(directory, TWO_GPUS)) {
            Nvml one = simulation.open();
            NvmlDevice device = value(simulation.open().deviceByIndex(0));
            one.close();
            assertThat(value(device.uuid())).isEqualTo(GPU_0);
        }
    }
}
