package org.gpuq.daemon.poll;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.model.GpuId;
import org.gpuq.nvml.Nvml;
import org.gpuq.nvml.NvmlDevice;
import org.gpuq.nvml.NvmlException;
import org.gpuq.nvml.NvmlReturn;
import org.gpuq.nvml.NvmlReturn.Remedy;
import org.gpuq.nvml.Opening;
import org.gpuq.nvml.Reading;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps NVML open and looks through it. A driver that is absent, goes away or is reloaded is tried again with back-off;
 * whatever fails meanwhile is told in the snapshot and never thrown. For one thread.
 */
public final class NvmlWatch implements Supplier<GpuSnapshot>, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NvmlWatch.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);

    private final Supplier<Opening> open;
    private final boolean simulated;
    private final LongSupplier nanos;
    private final GpuReader reader;
    private final Supplier<Set<GpuId>> leased;
    private final XidLog xids = new XidLog();
    private final Map<GpuId, ObservedGpu> lastSeen = new LinkedHashMap<>();

    private Optional<Nvml> nvml = Optional.empty();
    private Driver driver = new Driver.Absent("NVML has not been opened yet");
    private long retryAtNanos = Long.MIN_VALUE;
    private Duration retry = FIRST_RETRY;
    private boolean reloaded;
    private boolean introduced;

    /**
     * @param open tries to open NVML
     * @param simulated whether what it opens is the simulator
     * @param nanos the clock of {@link org.gpuq.core.model.Now#monotonicNanos}
     * @param leased GPUs that jobs hold: such a one stays in the picture when the driver no longer lists it
     */
    public NvmlWatch(
            Supplier<Opening> open,
            boolean simulated,
            LongSupplier nanos,
            GpuReader reader,
            Supplier<Set<GpuId>> leased) {
        this.open = open;
        this.simulated = simulated;
        this.nanos = nanos;
        this.reader = reader;
        this.leased = leased;
    }

    /** Takes one look. May take as long as the driver likes. */
    @Override
    public GpuSnapshot get() {
        long begun = nanos.getAsLong();
        if (nvml.isEmpty() && begun >= retryAtNanos) {
            open(begun);
        }
        return nvml.map(opened -> look(opened, begun))
                .orElseGet(() -> new GpuSnapshot(driver, List.copyOf(lastSeen.values()), begun));
    }

    private void open(long begun) {
        switch (open.get()) {
            case Opening.Opened opened -> {
                nvml = Optional.of(opened.nvml());
                retry = FIRST_RETRY;
                if (reloaded) {
                    xids.forgetAll();
                }
                reader.generation(reloaded, begun);
                introduced = false;
                reloaded = false;
                lastSeen.clear();
                xids.watch(opened.nvml());
                log.info("NVML is open, driver {}", version(opened.nvml()));
            }
            case Opening.Unavailable unavailable -> unavailable(unavailable.reason(), begun);
        }
    }

    private void unavailable(String reason, long begun) {
        // A machine that has shown GPUs before has a driver in trouble, not none.
        Driver now = lastSeen.isEmpty() ? new Driver.Absent(reason) : new Driver.Failing(reason);
        if (!now.equals(driver)) {
            log.warn("No GPU can be looked at: {}", reason);
        }
        driver = now;
        retryAtNanos = begun + retry.toNanos();
        retry = retry.multipliedBy(2).compareTo(LAST_RETRY) > 0 ? LAST_RETRY : retry.multipliedBy(2);
    }

    private static String version(Nvml opened) {
        return opened.driverVersion().toOptional().orElse("unknown");
    }

    private GpuSnapshot look(Nvml opened, long begun) {
        List<Reading<NvmlDevice>> devices;
        try {
            devices = opened.devices();
        } catch (NvmlException e) {
            return failing(e.code(), e.call() + " returned " + e.code(), begun);
        }
        xids.drain(begun);
        Set<GpuId> known = reader.known();
        if (!introduced) {
            devices.forEach(device -> device.toOptional().ifPresent(reader::introduce));
            introduced = true;
        }
        List<ObservedGpu> seen = new ArrayList<>();
        for (int index = 0; index < devices.size(); index++) {
            switch (devices.get(index)) {
                case Reading.Value<NvmlDevice>(NvmlDevice device) ->
                    seen.addAll(reader.readAll(device, index, xids, begun));
                case Reading.Unsupported<NvmlDevice> unsupported -> {}
                case Reading.Failed<NvmlDevice>(NvmlReturn code, String call) -> {
                    if (code.remedy() == Remedy.REOPEN || code.remedy() == Remedy.RELOAD_LIBRARY) {
                        return failing(code, call + " returned " + code, begun);
                    }
                    at(index)
                            .map(gpu -> gpu.faulty("NVML says " + code + " of it"))
                            .ifPresent(seen::add);
                }
            }
        }
        if (reader.driverLost()) {
            return failing(NvmlReturn.UNINITIALIZED, "the driver has been reloaded", begun);
        }
        missing(seen).forEach(seen::add);
        seen.stream().filter(gpu -> known.contains(gpu.id()) && back(gpu)).forEach(gpu -> returned(gpu.id(), begun));
        lastSeen.clear();
        seen.forEach(gpu -> lastSeen.put(gpu.id(), gpu));
        driver = new Driver.Ready(version(opened), simulated);
        return new GpuSnapshot(driver, seen, begun);
    }

    /** Whether it could not be used at the last look and can now. */
    private boolean back(ObservedGpu gpu) {
        ObservedGpu before = lastSeen.get(gpu.id());
        return gpu.fault().isEmpty() && (before == null || before.fault().isPresent());
    }

    private void returned(GpuId gpu, long begun) {
        log.info("{} answers again", gpu);
        xids.forget(gpu.uuid());
        reader.reset(gpu, begun);
    }

    /** The GPU that was last seen at an index: a lost one cannot say its own name any more. */
    private Optional<ObservedGpu> at(int index) {
        return lastSeen.values().stream().filter(gpu -> gpu.index() == index).findFirst();
    }

    /** GPUs that jobs hold and that the driver has stopped listing. */
    private List<ObservedGpu> missing(List<ObservedGpu> seen) {
        Set<GpuId> held = leased.get();
        return lastSeen.values().stream()
                .filter(gpu -> held.contains(gpu.id())
                        && seen.stream().noneMatch(there -> there.id().equals(gpu.id())))
                .map(gpu -> gpu.faulty("the driver does not list it any more"))
                .toList();
    }

    /** Drops every handle; the next look opens NVML anew. */
    private GpuSnapshot failing(NvmlReturn code, String reason, long begun) {
        log.warn("NVML is closed and will be opened again: {}", reason);
        close();
        reloaded = true;
        String advice = code.remedy() == Remedy.RELOAD_LIBRARY
                ? "; the driver was upgraded while it ran, the machine needs a reboot"
                : "";
        driver = new Driver.Failing(reason + advice);
        retryAtNanos = begun + FIRST_RETRY.toNanos();
        return new GpuSnapshot(driver, List.copyOf(lastSeen.values()), begun);
    }

    @Override
    public void close() {
        xids.close();
        nvml.ifPresent(Nvml::close);
        nvml = Optional.empty();
    }
}
