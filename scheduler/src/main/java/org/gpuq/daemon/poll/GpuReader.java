package org.gpuq.daemon.poll;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.model.GpuId;
import org.gpuq.nvml.ComputeMode;
import org.gpuq.nvml.MemoryInfo;
import org.gpuq.nvml.NvmlDevice;
import org.gpuq.nvml.NvmlReturn;
import org.gpuq.nvml.ProcessInfo;
import org.gpuq.nvml.ProcessKind;
import org.gpuq.nvml.Reading;

/** Reads one GPU. What cannot be read is empty; what means that the GPU is unfit becomes its fault. For one thread. */
public final class GpuReader {
    private final ProcessNaming naming;
    private final Map<GpuId, String> names = new HashMap<>();
    private boolean driverLost;

    public GpuReader(ProcessNaming naming) {
        this.naming = naming;
    }

    /** Whether a reading since the last call said that the driver's handles are void. */
    boolean driverLost() {
        boolean was = driverLost;
        driverLost = false;
        return was;
    }

    /** Empty when the GPU does not even say its UUID. */
    Optional<ObservedGpu> read(NvmlDevice device, int index, XidLog xids) {
        Faults faults = new Faults();
        Optional<GpuId> id = faults.of(device.uuid()).map(GpuId::new);
        if (id.isEmpty()) {
            return Optional.empty();
        }
        Optional<MemoryInfo> memory = faults.of(device.memory());
        Optional<List<GpuProcess>> processes = processes(device, faults);
        Optional<ComputeMode> mode = faults.of(device.computeMode());
        xids.critical(id.get().uuid()).ifPresent(xid -> faults.add("it reported the critical error XID " + xid));
        return Optional.of(new ObservedGpu(
                id.get(),
                index,
                name(id.get(), device),
                number(faults.of(device.utilization()).map(use -> use.gpuPercent() / 100.0)),
                bytes(memory.map(MemoryInfo::usedBytes)),
                bytes(memory.map(MemoryInfo::totalBytes)),
                faults.of(device.temperatureCelsius()).map(OptionalInt::of).orElse(OptionalInt.empty()),
                number(faults.of(device.powerUsageMilliwatts()).map(milliwatts -> milliwatts / 1000.0)),
                processes,
                mode.filter(ComputeMode.PROHIBITED::equals).isPresent(),
                faults.first()));
    }

    /** A name does not change; asking once saves a call a poll. */
    private String name(GpuId id, NvmlDevice device) {
        return names.computeIfAbsent(id, gpu -> device.name().toOptional().orElse("GPU"));
    }

    /**
     * The union of the driver's lists, a process that is on several taken once with its largest memory. One list that
     * fails makes the whole unknown; one that this GPU does not have is empty.
     */
    private Optional<List<GpuProcess>> processes(NvmlDevice device, Faults faults) {
        Map<Long, Listed> byPid = new HashMap<>();
        for (ProcessKind kind : ProcessKind.values()) {
            switch (faults.keep(device.processes(kind))) {
                case Reading.Value<List<ProcessInfo>> list ->
                    list.value().forEach(process -> byPid.merge(process.pid(), Listed.of(process, kind), Listed::and));
                case Reading.Unsupported<List<ProcessInfo>> unsupported -> {}
                case Reading.Failed<List<ProcessInfo>> failed -> {
                    return Optional.empty();
                }
            }
        }
        List<GpuProcess> processes = new ArrayList<>(byPid.size());
        byPid.forEach((pid, listed) -> processes.add(naming.name(Math.toIntExact(pid), listed)));
        processes.sort((a, b) -> Integer.compare(a.pid(), b.pid()));
        return Optional.of(processes);
    }

    /**
     * A process as the driver lists it.
     *
     * @param graphicsOnly whether it is on the graphics list and on no other
     */
    record Listed(OptionalLong memoryBytes, boolean graphicsOnly) {
        static Listed of(ProcessInfo process, ProcessKind kind) {
            return new Listed(process.usedMemoryBytes(), kind == ProcessKind.GRAPHICS);
        }

        Listed and(Listed other) {
            OptionalLong larger =
                    memoryBytes.orElse(-1) >= other.memoryBytes.orElse(-1) ? memoryBytes : other.memoryBytes;
            return new Listed(larger, graphicsOnly && other.graphicsOnly);
        }
    }

    private static OptionalDouble number(Optional<Double> value) {
        return value.map(OptionalDouble::of).orElse(OptionalDouble.empty());
    }

    private static OptionalLong bytes(Optional<Long> value) {
        return value.map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    /** Listens in on one GPU's readings for return codes that say more than that one field is unknown. */
    private final class Faults {
        private Optional<String> first = Optional.empty();

        <T> Optional<T> of(Reading<T> reading) {
            return keep(reading).toOptional();
        }

        <T> Reading<T> keep(Reading<T> reading) {
            if (reading instanceof Reading.Failed<T>(NvmlReturn code, String call)) {
                switch (code.remedy()) {
                    case QUARANTINE_GPU, GPU_UNUSABLE -> add("NVML says " + code + " of it");
                    case REOPEN, RELOAD_LIBRARY -> driverLost = true;
                    case NONE, FIELD_UNKNOWN -> {}
                }
            }
            return reading;
        }

        void add(String fault) {
            if (first.isEmpty()) {
                first = Optional.of(fault);
            }
        }

        Optional<String> first() {
            return first;
        }
    }
}
