package org.gpuq.daemon.poll;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.gpuq.core.gpu.Trouble;
import org.gpuq.nvml.Nvml;
import org.gpuq.nvml.NvmlDevice;
import org.gpuq.nvml.NvmlEvent;
import org.gpuq.nvml.NvmlEventSet;
import org.gpuq.nvml.NvmlException;
import org.gpuq.nvml.Reading;

/** Which critical errors (XID) GPUs have reported since they or their driver were last reset. For one thread. */
final class XidLog implements AutoCloseable {
    /** Errors of the hardware or of its link. 13, 31 and 43 are an application's own fault and set nothing aside. */
    private static final Set<Long> CRITICAL = Set.of(48L, 62L, 64L, 74L, 79L, 95L, 119L, 120L);

    private final Map<String, List<Trouble>> critical = new HashMap<>();
    private Optional<NvmlEventSet> events = Optional.empty();

    /** Listens to all GPUs there are now; one that cannot report XIDs is left out. */
    void watch(Nvml nvml) {
        close();
        events = nvml.createEventSet().toOptional();
        try {
            for (Reading<NvmlDevice> device : nvml.devices()) {
                device.toOptional().ifPresent(this::register);
            }
        } catch (NvmlException e) {
            close(); // the look that follows meets the same failure and tells it
        }
    }

    private void register(NvmlDevice device) {
        boolean reports = device.supportedEventTypes()
                .toOptional()
                .filter(types -> (types & NvmlEvent.XID) != 0)
                .isPresent();
        if (reports) {
            events.ifPresent(set -> set.register(device, NvmlEvent.XID));
        }
    }

    /**
     * Takes in what has happened since the last time, without waiting.
     *
     * @param nanos the present on the monotonic clock: with it, each error is told from the next of the same number
     */
    void drain(long nanos) {
        Optional<NvmlEvent> event = next();
        while (event.isPresent()) {
            remember(event.get(), nanos);
            event = next();
        }
    }

    private Optional<NvmlEvent> next() {
        return events.flatMap(set -> set.await(0).toOptional()).flatMap(event -> event);
    }

    private void remember(NvmlEvent event, long nanos) {
        OptionalLong xid = event.xid();
        if (xid.isPresent() && CRITICAL.contains(xid.getAsLong())) {
            Trouble trouble = new Trouble(
                    Trouble.Kind.XID,
                    "it reported the critical error XID " + xid.getAsLong(),
                    "xid-" + xid.getAsLong() + "-" + nanos);
            event.device()
                    .flatMap(device -> device.uuid().toOptional())
                    .ifPresent(uuid -> critical.computeIfAbsent(uuid, any -> new ArrayList<>())
                            .add(trouble));
        }
    }

    List<Trouble> critical(String uuid) {
        return List.copyOf(critical.getOrDefault(uuid, List.of()));
    }

    /** A GPU was reset: what it reported before is of the past. */
    void forget(String uuid) {
        critical.remove(uuid);
    }

    /** The driver was loaded anew, and so every GPU was reset. */
    void forgetAll() {
        critical.clear();
    }

    @Override
    public void close() {
        events.ifPresent(NvmlEventSet::close);
        events = Optional.empty();
    }
}
