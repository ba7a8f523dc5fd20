package org.gpuq.daemon.poll;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.gpuq.nvml.Nvml;
import org.gpuq.nvml.NvmlDevice;
import org.gpuq.nvml.NvmlEvent;
import org.gpuq.nvml.NvmlEventSet;
import org.gpuq.nvml.NvmlException;
import org.gpuq.nvml.Reading;

/** Which GPUs have reported a critical error (XID) since NVML was opened. For one thread. */
final class XidLog implements AutoCloseable {
    /** Errors of the hardware or of its link. 13, 31 and 43 are an application's own fault and set nothing aside. */
    private static final Set<Long> CRITICAL = Set.of(48L, 62L, 64L, 74L, 79L, 95L, 119L, 120L);

    private final Map<String, Long> critical = new HashMap<>();
    private Optional<NvmlEventSet> events = Optional.empty();

    /** Listens to all GPUs there are now; one that cannot report XIDs is left out. */
    void watch(Nvml nvml) {
        close();
        critical.clear();
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

    /** Takes in what has happened since the last time, without waiting. */
    void drain() {
        Optional<NvmlEvent> event = next();
        while (event.isPresent()) {
            remember(event.get());
            event = next();
        }
    }

    private Optional<NvmlEvent> next() {
        return events.flatMap(set -> set.await(0).toOptional()).flatMap(event -> event);
    }

    private void remember(NvmlEvent event) {
        OptionalLong xid = event.xid();
        if (xid.isPresent() && CRITICAL.contains(xid.getAsLong())) {
            event.device()
                    .flatMap(device -> device.uuid().toOptional())
                    .ifPresent(uuid -> critical.put(uuid, xid.getAsLong()));
        }
    }

    Optional<Long> critical(String uuid) {
        return Optional.ofNullable(critical.get(uuid));
    }

    @Override
    public void close() {
        events.ifPresent(NvmlEventSet::close);
        events = Optional.empty();
    }
}
