package org.gpuq.nvml;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import org.gpuq.nvml.jna.NvmlPciInfo;

/** The NVLinks of a GPU. */
final class NvLinkReader {
    /** As many as any GPU has; which of the numbers one has differs. */
    private static final int MOST = 18;

    private final Binding binding;
    private final Pointer device;

    NvLinkReader(Binding binding, Pointer device) {
        this.binding = binding;
        this.device = device;
    }

    /** A number that the GPU does not have is refused as an invalid argument, or as not supported: neither is a failure. */
    Reading<List<NvLink>> read() {
        List<NvLink> up = new ArrayList<>();
        boolean any = false;
        for (int link = 0; link < MOST; link++) {
            switch (active(link)) {
                case Reading.Value<Boolean>(Boolean active) -> {
                    any = true;
                    if (active) {
                        up.add(new NvLink(link, remote(link)));
                    }
                }
                case Reading.Unsupported<Boolean>() -> {}
                case Reading.Failed<Boolean>(NvmlReturn code, String call) -> {
                    if (!code.equals(NvmlReturn.INVALID_ARGUMENT)) {
                        return Reading.failed(code, call);
                    }
                }
            }
        }
        return any ? Reading.of(List.copyOf(up)) : Reading.unsupported();
    }

    private Reading<Boolean> active(int link) {
        int[] out = new int[1];
        return binding.read(
                "nvmlDeviceGetNvLinkState", api -> api.nvmlDeviceGetNvLinkState(device, link, out), () -> out[0] != 0);
    }

    private Reading<PciInfo> remote(int link) {
        NvmlPciInfo out = new NvmlPciInfo();
        return binding.read(
                "nvmlDeviceGetNvLinkRemotePciInfo_v2",
                api -> api.nvmlDeviceGetNvLinkRemotePciInfo_v2(device, link, out),
                () -> PciInfo.of(out));
    }
}
