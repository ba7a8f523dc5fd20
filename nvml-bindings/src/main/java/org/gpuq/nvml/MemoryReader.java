package org.gpuq.nvml;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.gpuq.nvml.jna.NvmlMemoryV1;
import org.gpuq.nvml.jna.NvmlMemoryV2;

/** A GPU's memory: the newest call, the older one, or the machine's own memory where the GPU has none. */
final class MemoryReader {
    private static final String V2 = "nvmlDeviceGetMemoryInfo_v2";
    private static final String V1 = "nvmlDeviceGetMemoryInfo";

    private final Binding binding;
    private final Pointer device;
    private final MemInfo machine;

    MemoryReader(Binding binding, Pointer device, MemInfo machine) {
        this.binding = binding;
        this.device = device;
        this.machine = machine;
    }

    Reading<MemoryInfo> read() {
        NvmlMemoryV2 out = new NvmlMemoryV2();
        NvmlReturn code = binding.call(V2, api -> api.nvmlDeviceGetMemoryInfo_v2(device, out));
        if (code.isSuccess() && out.total != 0) {
            return Reading.of(new MemoryInfo(out.total, OptionalLong.of(out.reserved), out.free, out.used, false));
        }
        return code.isSuccess() || code.isUnsupported() || code.isWorthAnOlderCall()
                ? readV1()
                : Reading.failed(code, V2);
    }

    private Reading<MemoryInfo> readV1() {
        NvmlMemoryV1 out = new NvmlMemoryV1();
        NvmlReturn code = binding.call(V1, api -> api.nvmlDeviceGetMemoryInfo(device, out));
        if (code.isSuccess() && out.total != 0) {
            return Reading.of(new MemoryInfo(out.total, OptionalLong.empty(), out.free, out.used, false));
        }
        // A GPU without memory of its own says "not supported" or 0; a driver that lacks the call says nothing.
        return code.isSuccess() || code.equals(NvmlReturn.NOT_SUPPORTED)
                ? readUnified()
                : Reading.of(code, V1, () -> {
                    throw new IllegalStateException("success was handled");
                });
    }

    private Reading<MemoryInfo> readUnified() {
        return machine.read()
                .map(memory -> usedByProcesses(memory)
                        .map(used -> new MemoryInfo(
                                memory.totalBytes(), OptionalLong.empty(), memory.availableBytes(), used, true)))
                .orElseGet(() -> Reading.failed(NvmlReturn.OPERATING_SYSTEM, V1));
    }

    /**
     * Each process once, with the largest memory any list gives it. When the driver does not say how much one has,
     * everything that the machine has handed out is the bound that cannot be too low.
     */
    private Reading<Long> usedByProcesses(MemInfo.Machine memory) {
        ProcessReader processes = new ProcessReader(binding, device);
        return processes.list(ProcessKind.COMPUTE).map(compute -> {
            List<ProcessInfo> all = new ArrayList<>(compute);
            all.addAll(orNone(processes.list(ProcessKind.GRAPHICS)));
            all.addAll(orNone(processes.list(ProcessKind.MPS)));
            return all.stream().allMatch(process -> process.usedMemoryBytes().isPresent())
                    ? sumOfLargestByPid(all)
                    : memory.totalBytes() - memory.availableBytes();
        });
    }

    private static List<ProcessInfo> orNone(Reading<List<ProcessInfo>> list) {
        return list.toOptional().orElse(List.of());
    }

    private static long sumOfLargestByPid(List<ProcessInfo> processes) {
        Map<Long, Long> byPid = new HashMap<>();
        processes.forEach(
                process -> byPid.merge(process.pid(), process.usedMemoryBytes().orElse(0), Math::max));
        return byPid.values().stream().mapToLong(Long::longValue).sum();
    }
}
