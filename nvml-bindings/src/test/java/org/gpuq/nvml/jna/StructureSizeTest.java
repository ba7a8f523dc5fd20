package org.gpuq.nvml.jna;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** JNA lays the structures out as NVML does; the offsets show in every value that is read. */
class StructureSizeTest {
    @Test
    void sizesAreNvmls() {
        assertThat(new NvmlPciInfo().size()).isEqualTo(68);
        assertThat(new NvmlMemoryV1().size()).isEqualTo(24);
        assertThat(new NvmlMemoryV2().size()).isEqualTo(40);
        assertThat(new NvmlUtilization().size()).isEqualTo(8);
        assertThat(new NvmlTemperature().size()).isEqualTo(12);
        assertThat(new NvmlEventData().size()).isEqualTo(32);
        assertThat(new NvmlFieldValue().size()).isEqualTo(40);
        assertThat(new NvmlDeviceAttributes().size()).isEqualTo(40);
    }

    @Test
    void versionsAreTheSizeAndTheNumber() {
        assertThat(new NvmlMemoryV2().version).isEqualTo(2 << 24 | 40);
        assertThat(new NvmlTemperature().version).isEqualTo(1 << 24 | 12);
    }
}
