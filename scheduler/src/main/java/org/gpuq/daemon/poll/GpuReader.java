package org.gpuq.daemon.poll;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.gpuq.core.gpu.Facts.Slice;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.gpu.Past;
import org.gpuq.core.model.GpuId;
import org.gpuq.nvml.ComputeMode;
import org.gpuq.nvml.MemoryInfo;
import org.gpuq.nvml.MigMode;
import org.gpuq.nvml.NvmlDevice;
import org.gpuq.nvml.NvmlReturn;
import org.gpuq.nvml.ProcessInfo;
import org.gpuq.nvml.ProcessKind;
import org.gpuq.nvml.Reading;

/** Reads one GPU. What cannot be read is empty; what means that the GPU is unfit becomes its fault. For one thread. */
public final class GpuReader {
    private final ProcessNaming naming;
    private final HealthReader health = new HealthReader();
    private final FactsReader facts = new FactsReader();
    private final ProcessUse use = new ProcessUse();
    private final GraphicsList graphics = new GraphicsList();
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

    /** The driver was loaded, or loaded anew: what it said before is asked again. */
    void generation(boolean reset, long nanos) {
        if (reset) {
            facts.known().forEach(gpu -> health.reset(gpu, nanos));
        }
        facts.clear();
        graphics.clear();
    }

    /** So that each knows its way to all the others when the first of them is read. */
    void introduce(NvmlDevice device) {
        device.uuid().toOptional().map(GpuId::new).ifPresent(id -> {
            var _ = facts.of(id, device);
        });
    }

    /** Every GPU that was read since the driver was loaded. */
    Set<GpuId> known() {
        return facts.known();
    }

    /** This GPU was away and is back. */
    void reset(GpuId gpu, long nanos) {
        health.reset(gpu, nanos);
        graphics.forget(gpu);
    }

    /** The GPU, or its slices where it is divided (MIG): then they are the devices that jobs run on. */
    List<ObservedGpu> readAll(NvmlDevice device, int index, XidLog xids, long nanos) {
        boolean divided = device.migMode().toOptional().filter(MigMode::enabled).isPresent();
        Optional<ObservedGpu> whole = read(device, index, xids, nanos);
        if (!divided || whole.isEmpty() || whole.get().fault().isPresent()) {
            return whole.stream().toList();
        }
        List<NvmlDevice> slices = device.migDevices().toOptional().orElse(List.of());
        if (slices.isEmpty()) {
            return List.of(whole.get().faulty("it is in MIG mode, and no slices of it can be seen"));
        }
        List<ObservedGpu> all = new ArrayList<>(slices.size());
        for (int slot = 0; slot < slices.size(); slot++) {
            Slice slice = new Slice(whole.get().id(), slot);
            read(slices.get(slot), index, xids, nanos)
                    .map(it -> it.asSlice(slice, whole.get()))
                    .ifPresent(all::add);
        }
        return all;
    }

    /**
     * Empty when the GPU does not even say its UUID.
     *
     * @param nanos when this look began
     */
    Optional<ObservedGpu> read(NvmlDevice device, int index, XidLog xids, long nanos) {
        Faults faults = new Faults();
        Optional<GpuId> id = faults.of(device.uuid()).map(GpuId::new);
        if (id.isEmpty()) {
            return Optional.empty();
        }
        Optional<MemoryInfo> memory = faults.of(device.memory());
        Optional<List<GpuProcess>> processes =
                processes(device, id.get(), memory, nanos, faults).map(all -> use.with(device, id.get(), all, nanos));
        Optional<ComputeMode> mode = faults.of(device.computeMode());
        return Optional.of(new ObservedGpu(
                id.get(),
                index,
                facts.name(id.get(), device),
                number(faults.of(device.utilization()).map(use -> use.gpuPercent() / 100.0)),
                bytes(memory.map(MemoryInfo::usedBytes)),
                bytes(memory.map(MemoryInfo::totalBytes)),
                faults.of(device.temperatureCelsius()).map(OptionalInt::of).orElse(OptionalInt.empty()),
                number(faults.of(device.powerUsageMilliwatts()).map(milliwatts -> milliwatts / 1000.0)),
                processes,
                mode.filter(ComputeMode.PROHIBITED::equals).isPresent(),
                faults.first(),
                health.read(device, id.get(), xids.critical(id.get().uuid()), nanos),
                Past.NONE,
                facts.of(id.get(), device)));
    }

    /**
     * The union of the driver's lists, a process that is on several taken once with its largest memory. One list that
     * fails makes the whole unknown; one that this GPU does not have is empty.
     */
    private Optional<List<GpuProcess>> processes(
            NvmlDevice device, GpuId id, Optional<MemoryInfo> memory, long nanos, Faults faults) {
        Map<Long, Listed> byPid = new HashMap<>();
        for (ProcessKind kind : ProcessKind.values()) {
            Reading<List<ProcessInfo>> listed = kind == ProcessKind.GRAPHICS
                    ? graphics.of(device, id, memory.map(MemoryInfo::usedBytes), nanos, naming::there)
                    : device.processes(kind);
            switch (faults.keep(listed)) {
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
