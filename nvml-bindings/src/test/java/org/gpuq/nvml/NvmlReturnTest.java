package org.gpuq.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import org.gpuq.nvml.NvmlReturn.Remedy;
import org.junit.jupiter.api.Test;

class NvmlReturnTest {
    @Test
    void aCodeOfANewerDriverKeepsItsNumber() {
        assertThat(new NvmlReturn(4242)).hasToString("CODE_4242 (4242)");
        assertThat(NvmlReturn.GPU_IS_LOST).hasToString("GPU_IS_LOST (15)");
    }

    @Test
    void remediesAreAsFarReachingAsTheCode() {
        assertThat(NvmlReturn.SUCCESS.remedy()).isEqualTo(Remedy.NONE);
        assertThat(NvmlReturn.NOT_SUPPORTED.remedy()).isEqualTo(Remedy.FIELD_UNKNOWN);
        assertThat(NvmlReturn.NO_PERMISSION.remedy()).isEqualTo(Remedy.GPU_UNUSABLE);
        assertThat(NvmlReturn.RESET_REQUIRED.remedy()).isEqualTo(Remedy.QUARANTINE_GPU);
        assertThat(NvmlReturn.DRIVER_NOT_LOADED.remedy()).isEqualTo(Remedy.REOPEN);
        assertThat(NvmlReturn.LIB_RM_VERSION_MISMATCH.remedy()).isEqualTo(Remedy.RELOAD_LIBRARY);
        assertThat(new NvmlReturn(4242).remedy()).isEqualTo(Remedy.FIELD_UNKNOWN);
    }

    @Test
    void unsupportedIsNotFailed() {
        assertThat(Reading.of(NvmlReturn.FUNCTION_NOT_FOUND, "nvmlX", () -> 1)).isEqualTo(Reading.unsupported());
        assertThat(Reading.of(NvmlReturn.UNKNOWN, "nvmlX", () -> 1))
                .isEqualTo(Reading.failed(NvmlReturn.UNKNOWN, "nvmlX"));
        assertThat(Reading.of(NvmlReturn.SUCCESS, "nvmlX", () -> 0)).isEqualTo(Reading.of(0));
    }
}
