package org.gpuq.core.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;

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
 * @param fault why it cannot be used now (lost, no permission), as a sentence without a full stop
 * @param health what the driver says of its health, read less often than the rest
 * @param past what the looks before saw
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
        Optional<String> fault,
        Health health,
        Past past,
        Facts facts) {
    public ObservedGpu {
        processes = processes.map(List::copyOf);
    }

    /** One that is well and of which nothing else is known. */
    public ObservedGpu(
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
        this(
                id,
                index,
                name,
                utilization,
                memoryUsedBytes,
                memoryTotalBytes,
                temperatureCelsius,
                powerWatts,
                processes,
                prohibited,
                fault,
                Health.GOOD,
                Past.NONE,
                Facts.NONE);
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
                Optional.of(why),
                health,
                past,
                facts);
    }

    public ObservedGpu with(Health changed) {
        return with(changed, past);
    }

    public ObservedGpu with(Past changed) {
        return with(health, changed);
    }

    /** As a slice of {@code whole}, which has the sensors and the health for all its slices. */
    public ObservedGpu asSlice(Facts.Slice slice, ObservedGpu whole) {
        return new ObservedGpu(
                id,
                index,
                name,
                utilization,
                memoryUsedBytes,
                memoryTotalBytes,
                temperatureCelsius.isPresent() ? temperatureCelsius : whole.temperatureCelsius,
                powerWatts.isPresent() ? powerWatts : whole.powerWatts,
                processes,
                prohibited || whole.prohibited,
                fault.or(() -> whole.fault),
                whole.health,
                past,
                new Facts(whole.facts.pci(), whole.facts.minor(), Optional.of(slice), Map.of()));
    }

    private ObservedGpu with(Health newHealth, Past newPast) {
        return new ObservedGpu(
                id,
                index,
                name,
                utilization,
                memoryUsedBytes,
                memoryTotalBytes,
                temperatureCelsius,
                powerWatts,
                processes,
                prohibited,
                fault,
                newHealth,
                newPast,
                facts);
    }

    /** The number that people use: {@code 3}, or {@code 3:0} for a slice. */
    public String label() {
        return index + facts.slice().map(slice -> ":" + slice.slot()).orElse("");
    }

    /** What is wrong with it in this look. */
    public List<Trouble> troubles() {
        List<Trouble> all = new ArrayList<>();
        fault.ifPresent(why -> all.add(new Trouble(Trouble.Kind.LOST, why, "lost")));
        all.addAll(health.troubles());
        return all;
    }

    /** Memory that a job's processes hold on it, as far as the driver says. */
    public long memoryOf(JobId job) {
        return memory(process -> process.job().filter(job::equals).isPresent());
    }

    private long memory(Predicate<GpuProcess> which) {
        return processes.orElse(List.of()).stream()
                .filter(which)
                .mapToLong(process -> process.memoryBytes().orElse(0))
                .sum();
    }

    /** With its processes as {@code how} shows them. */
    ObservedGpu seenThrough(UnaryOperator<GpuProcess> how) {
        return new ObservedGpu(
                id,
                index,
                name,
                utilization,
                memoryUsedBytes,
                memoryTotalBytes,
                temperatureCelsius,
                powerWatts,
                processes.map(all -> all.stream().map(how).toList()),
                prohibited,
                fault,
                health,
                past,
                facts);
    }

    /** As if these processes, with their memory, were not on it. */
    ObservedGpu without(Predicate<GpuProcess> some) {
        long theirs = memory(some);
        return new ObservedGpu(
                id,
                index,
                name,
                utilization,
                memoryUsedBytes.isPresent()
                        ? OptionalLong.of(Math.max(0, memoryUsedBytes.getAsLong() - theirs))
                        : memoryUsedBytes,
                memoryTotalBytes,
                temperatureCelsius,
                powerWatts,
                processes.map(all -> all.stream().filter(some.negate()).toList()),
                prohibited,
                fault,
                health,
                past,
                facts);
    }
}
