package org.gpuq.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gpuq.nvml.Simulation.GPU_1;
import static org.gpuq.nvml.Simulation.TWO_GPUS;
import static org.gpuq.nvml.Simulation.value;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventTest {
    private static final int LONG_MS = 60_000;

    @TempDir
    Path directory;

    @Test
    void anXidComesOnceToEachSetWithItsGpu() {
        try (var simulation = new Simulation(directory, TWO_GPUS + "xid gpu=1 code=79\nxid gpu=1 code=13")) {
            Nvml nvml = simulation.open();
            NvmlDevice device = value(nvml.deviceByIndex(1));
            assertThat(value(device.supportedEventTypes())).isEqualTo(NvmlEvent.XID);
            for (int round = 0; round < 2; round++) {
                try (NvmlEventSet set = value(nvml.createEventSet())) {
                    assertThat(value(set.register(device, NvmlEvent.XID))).isEqualTo(NvmlEvent.XID);
                    NvmlEvent first = value(set.await(LONG_MS)).orElseThrow();
                    assertThat(first.xid()).isEqualTo(OptionalLong.of(79));
                    assertThat(first.gpuInstanceId()).isEqualTo(OptionalInt.empty());
                    assertThat(value(first.device().orElseThrow().uuid())).isEqualTo(GPU_1);
                    assertThat(value(set.await(LONG_MS)).orElseThrow().xid()).isEqualTo(OptionalLong.of(13));
                    assertThat(value(set.await(0))).isEmpty();
                }
            }
        }
    }

    @Test
    void aWaiterSeesAnXidThatComesLater() {
        try (var simulation = new Simulation(directory, TWO_GPUS)) {
            Nvml nvml = simulation.open();
            try (NvmlEventSet set = value(nvml.createEventSet())) {
                value(set.register(value(nvml.deviceByIndex(0)), NvmlEvent.XID));
                CompletableFuture<Reading<Optional<NvmlEvent>>> waiter =
                        CompletableFuture.supplyAsync(() -> set.await(LONG_MS));
                simulation.write(TWO_GPUS + "xid gpu=1 code=31\nxid gpu=0 code=48");
                assertThat(value(waiter.join()).orElseThrow().xid()).isEqualTo(OptionalLong.of(48));
            }
        }
    }

    @Test
    void aReloadedDriverEndsTheWait() {
        try (var simulation = new Simulation(directory, TWO_GPUS)) {
            Nvml nvml = simulation.open();
            try (NvmlEventSet set = value(nvml.createEventSet())) {
                CompletableFuture<Reading<Optional<NvmlEvent>>> waiter =
                        CompletableFuture.supplyAsync(() -> set.await(LONG_MS));
                simulation.write(TWO_GPUS.replace("driver", "driver generation=2"));
                assertThat(waiter.join()).isEqualTo(Reading.failed(NvmlReturn.UNINITIALIZED, "nvmlEventSetWait_v2"));
            }
        }
    }

    @Test
    void typesThatTheGpuDoesNotHaveAreUnsupported() {
        try (var simulation = new Simulation(directory, TWO_GPUS)) {
            Nvml nvml = simulation.open();
            try (NvmlEventSet set = value(nvml.createEventSet())) {
                assertThat(set.register(value(nvml.deviceByIndex(0)), 1)).isEqualTo(Reading.unsupported());
            }
        }
    }
}
