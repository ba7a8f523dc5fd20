package org.gpuq.nvml;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The MIG slices of a GPU. */
final class MigReader {
    private final Binding binding;
    private final Pointer device;
    private final Function<Pointer, NvmlDevice> devices;

    MigReader(Binding binding, Pointer device, Function<Pointer, NvmlDevice> devices) {
        this.binding = binding;
        this.device = device;
        this.devices = devices;
    }

    Reading<Integer> maxCount() {
        int[] out = new int[1];
        return binding.read(
                "nvmlDeviceGetMaxMigDeviceCount", api -> api.nvmlDeviceGetMaxMigDeviceCount(device, out), () -> out[0]);
    }

    /** Slots may be empty anywhere in between; a slot that fails otherwise fails the list, for a gap would lie. */
    Reading<List<NvmlDevice>> devices() {
        return maxCount().flatMap(count -> {
            List<NvmlDevice> found = new ArrayList<>();
            for (int slot = 0; slot < count; slot++) {
                switch (device(slot)) {
                    case Reading.Value<NvmlDevice>(NvmlDevice mig) -> found.add(mig);
                    case Reading.Unsupported<NvmlDevice>() -> {
                        return Reading.unsupported();
                    }
                    case Reading.Failed<NvmlDevice>(NvmlReturn code, String call) -> {
                        if (!code.equals(NvmlReturn.NOT_FOUND)) {
                            return Reading.failed(code, call);
                        }
                    }
                }
            }
            return Reading.of(List.copyOf(found));
        });
    }

    private Reading<NvmlDevice> device(int slot) {
        PointerByReference out = new PointerByReference();
        return binding.read(
                "nvmlDeviceGetMigDeviceHandleByIndex",
                api -> api.nvmlDeviceGetMigDeviceHandleByIndex(device, slot, out),
                () -> devices.apply(out.getValue()));
    }

    Reading<NvmlDevice> parent() {
        PointerByReference out = new PointerByReference();
        return binding.read(
                "nvmlDeviceGetDeviceHandleFromMigDeviceHandle",
                api -> api.nvmlDeviceGetDeviceHandleFromMigDeviceHandle(device, out),
                () -> devices.apply(out.getValue()));
    }
}
