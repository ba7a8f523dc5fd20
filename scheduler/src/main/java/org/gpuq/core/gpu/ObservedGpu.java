package org.gpuq.core.gpu;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.gpuq.core.model.GpuId;

/**
 * What one poll saw of one GPU. An empty value is unknown: never zero, never free.
 *
 * @param index NVML's index in this poll; it may change when a GPU goes
 * @param utilization 0 to 1, the share of time in which a kernel ran
 * @param memoryUsedBytes without what the driver reserves for itself, where it tells them apart
 * @param temperatureCelsius of the GPU core
 * @param powerWatts drawn by the board
 * @param processes empty optional: the list could not be read
 * @param prohibited compute mode is PROHIBITED: no process may compute on it
 * @param fault why it must not be given away (lost, reset required, a critical XID), as a sentence without a full stop
 */
public record ObservedGpu(
        GpuId id,
        int index,
        String name,
        OptionalDouble utilization,
        OptionalLong memoryUsedBytes,
        OptionalLong memoryTotalBytes,
        OptionalInt temperatureCelsius,
        OptionalDouble powerWatts,
        Optional<List<GpuProcess>> processes,
        boolean prohibited,
        Optional<String> fault) {
    public ObservedGpu {
        processes = processes.map(List::copyOf);
    }

    /** What is left to say of a GPU that does not answer any more: what it is, and what is wrong. */
    public ObservedGpu faulty(String why) {
        return new ObservedGpu(
                id,
                index,
                name,
                OptionalDouble.empty(),
                OptionalLong.empty(),
                memoryTotalBytes,
                OptionalInt.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                false,
                Optional.of(why));
    }
}
