package org.gpuq.nvml;

import com.sun.jna.Pointer;
import java.util.Optional;
import java.util.function.Function;
import org.gpuq.nvml.jna.NvmlEventData;

/** Events of the GPUs that are registered with it. Thread-safe, but two waiters share the events between them. */
public final class NvmlEventSet implements AutoCloseable {
    private final Binding binding;
    private final Pointer set;
    private final Function<Pointer, NvmlDevice> devices;

    NvmlEventSet(Binding binding, Pointer set, Function<Pointer, NvmlDevice> devices) {
        this.binding = binding;
        this.set = set;
        this.devices = devices;
    }

    /**
     * Events of these types on this GPU come to this set from now on.
     *
     * @param types event bits, {@link NvmlEvent#XID} say, out of {@link NvmlDevice#supportedEventTypes()}
     * @return the types, when they are registered
     */
    public Reading<Long> register(NvmlDevice device, long types) {
        return binding.read(
                "nvmlDeviceRegisterEvents",
                api -> api.nvmlDeviceRegisterEvents(device.handle(), types, set),
                () -> types);
    }

    /**
     * Waits for the next event.
     *
     * @param timeoutMs 0 and more; with 0 it does not wait
     * @return empty when none came in time
     */
    public Reading<Optional<NvmlEvent>> await(int timeoutMs) {
        NvmlEventData data = new NvmlEventData();
        String call = "nvmlEventSetWait_v2";
        NvmlReturn code = binding.call(call, api -> api.nvmlEventSetWait_v2(set, data, timeoutMs));
        return code.equals(NvmlReturn.TIMEOUT)
                ? Reading.of(Optional.empty())
                : Reading.of(code, call, () -> Optional.of(event(data)));
    }

    private NvmlEvent event(NvmlEventData data) {
        return new NvmlEvent(
                Optional.ofNullable(data.device).map(devices),
                data.type,
                data.data,
                ProcessReader.instance(data.gpuInstanceId),
                ProcessReader.instance(data.computeInstanceId));
    }

    @Override
    public void close() {
        var _ = binding.call("nvmlEventSetFree", api -> api.nvmlEventSetFree(set)); // gone either way
    }
}
