package org.gpuq.core.gpu;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.gpuq.core.model.GpuId;

/**
 * What one poll saw.
 *
 * @param driver whether there is a driver to ask at all
 * @param gpus in the order of their indices; those of the last good poll when the driver is {@link Driver.Failing}
 * @param begunNanos when the poll began, on the clock of {@link org.gpuq.core.model.Now#monotonicNanos}: what ended
 *     before that cannot be in it
 */
public record GpuSnapshot(Driver driver, List<ObservedGpu> gpus, long begunNanos) {
    /** Before the first poll has come back. */
    public static final GpuSnapshot NONE =
            new GpuSnapshot(new Driver.Failing("the GPUs have not been looked at yet"), List.of(), Long.MIN_VALUE);

    public GpuSnapshot {
        gpus = List.copyOf(gpus);
    }

    public Optional<ObservedGpu> gpu(GpuId id) {
        return gpus.stream().filter(gpu -> gpu.id().equals(id)).findFirst();
    }

    /** With every process as {@code how} shows it. */
    public GpuSnapshot seenThrough(UnaryOperator<GpuProcess> how) {
        return new GpuSnapshot(
                driver, gpus.stream().map(gpu -> gpu.seenThrough(how)).toList(), begunNanos);
    }

    /** The state of the NVIDIA driver on this machine. */
    public sealed interface Driver {
        /**
         * @param version such as 580.159.04
         * @param simulated whether it is the simulator that answers
         */
        record Ready(String version, boolean simulated) implements Driver {}

        /**
         * No driver, or none that could be loaded.
         *
         * @param reason a sentence without a full stop
         */
        record Absent(String reason) implements Driver {}

        /**
         * There was one, and it does not answer as it should.
         *
         * @param reason a sentence without a full stop
         */
        record Failing(String reason) implements Driver {}
    }
}
