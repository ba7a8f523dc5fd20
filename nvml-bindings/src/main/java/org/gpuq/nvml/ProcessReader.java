package org.gpuq.nvml;

import com.sun.jna.Pointer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.gpuq.nvml.jna.NvmlLibrary;

/** Process lists, in whichever of their three versions the driver has. */
final class ProcessReader {
    private static final int STRIDE_V1 = 16;
    private static final int STRIDE_V2 = 24;
    private static final int STRIDE_535 = 32;

    /** Linux never goes beyond 2^22 ({@code PID_MAX_LIMIT}); Jetson drivers have reported garbage. */
    private static final long PID_MAX = 1 << 22;

    /** A pebibyte: more is not memory but the driver's mark for "not available", or garbage. */
    private static final long MEMORY_MAX_BYTES = 1L << 50;

    private static final int NO_INSTANCE = -1;
    private static final int SAMPLE_BYTES = 32;
    private static final int PERCENT_MAX = 100;

    private final Binding binding;
    private final Pointer device;

    ProcessReader(Binding binding, Pointer device) {
        this.binding = binding;
        this.device = device;
    }

    private interface ListCall {
        int call(NvmlLibrary api, Pointer device, int[] count, Pointer out);
    }

    private record Version(String symbol, ListCall call, int stride) {}

    Reading<List<ProcessInfo>> list(ProcessKind kind) {
        Reading<List<ProcessInfo>> newest = Reading.unsupported();
        for (Version version : versions(kind)) {
            GrowingList.Result<ProcessInfo> result = GrowingList.read(
                    binding,
                    version.symbol,
                    (api, count, out) -> version.call.call(api, device, count, out),
                    version.stride,
                    version.stride == STRIDE_V1 ? ProcessReader::parseV1 : ProcessReader::parseV2);
            newest = Reading.of(result.code(), version.symbol, result::elements);
            if (!result.code().isWorthAnOlderCall()) {
                return newest;
            }
        }
        return newest;
    }

    private List<Version> versions(ProcessKind kind) {
        return switch (kind) {
            case COMPUTE ->
                versions(
                        "nvmlDeviceGetComputeRunningProcesses",
                        NvmlLibrary::nvmlDeviceGetComputeRunningProcesses_v3,
                        NvmlLibrary::nvmlDeviceGetComputeRunningProcesses_v2,
                        NvmlLibrary::nvmlDeviceGetComputeRunningProcesses);
            case GRAPHICS ->
                versions(
                        "nvmlDeviceGetGraphicsRunningProcesses",
                        NvmlLibrary::nvmlDeviceGetGraphicsRunningProcesses_v3,
                        NvmlLibrary::nvmlDeviceGetGraphicsRunningProcesses_v2,
                        NvmlLibrary::nvmlDeviceGetGraphicsRunningProcesses);
            case MPS ->
                versions(
                        "nvmlDeviceGetMPSComputeRunningProcesses",
                        NvmlLibrary::nvmlDeviceGetMPSComputeRunningProcesses_v3,
                        NvmlLibrary::nvmlDeviceGetMPSComputeRunningProcesses_v2,
                        NvmlLibrary::nvmlDeviceGetMPSComputeRunningProcesses);
        };
    }

    private List<Version> versions(String name, ListCall v3, ListCall v2, ListCall v1) {
        return List.of(
                new Version(name + "_v3", v3, strideOfV3()),
                new Version(name + "_v2", v2, STRIDE_V2),
                new Version(name, v1, STRIDE_V1));
    }

    /**
     * Drivers 535.43 up to before 535.86 write larger elements without saying so. They are told by having the
     * one function and not yet the other.
     */
    private int strideOfV3() {
        return binding.has("nvmlDeviceGetConfComputeMemSizeInfo")
                        && !binding.has("nvmlDeviceGetRunningProcessDetailList")
                ? STRIDE_535
                : STRIDE_V2;
    }

    private static Optional<ProcessInfo> parseV1(Pointer out, long at) {
        return process(out, at, OptionalInt.empty(), OptionalInt.empty());
    }

    private static Optional<ProcessInfo> parseV2(Pointer out, long at) {
        return process(out, at, instance(out.getInt(at + 16)), instance(out.getInt(at + 20)));
    }

    private static Optional<ProcessInfo> process(Pointer out, long at, OptionalInt gpuId, OptionalInt computeId) {
        long pid = Integer.toUnsignedLong(out.getInt(at));
        if (!isPlausible(pid)) {
            return Optional.empty();
        }
        return Optional.of(new ProcessInfo(pid, memory(out.getLong(at + 8)), gpuId, computeId));
    }

    private static boolean isPlausible(long pid) {
        return pid > 0 && pid <= PID_MAX;
    }

    private static OptionalLong memory(long bytes) {
        return Long.compareUnsigned(bytes, MEMORY_MAX_BYTES) < 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
    }

    static OptionalInt instance(int id) {
        return id == NO_INSTANCE ? OptionalInt.empty() : OptionalInt.of(id);
    }

    Reading<List<ProcessUtilization>> utilization(long lastSeenTimestampUs) {
        String symbol = "nvmlDeviceGetProcessUtilization";
        GrowingList.Result<ProcessUtilization> result = GrowingList.read(
                binding,
                symbol,
                (api, count, out) -> api.nvmlDeviceGetProcessUtilization(device, out, count, lastSeenTimestampUs),
                SAMPLE_BYTES,
                ProcessReader::parseSample);
        return result.code().equals(NvmlReturn.NOT_FOUND)
                ? Reading.of(List.of())
                : Reading.of(result.code(), symbol, result::elements);
    }

    /** Drivers report percentages in the billions now and then. */
    private static Optional<ProcessUtilization> parseSample(Pointer out, long at) {
        long pid = Integer.toUnsignedLong(out.getInt(at));
        int[] percents = out.getIntArray(at + 16, 4);
        for (int percent : percents) {
            if (percent < 0 || percent > PERCENT_MAX) {
                return Optional.empty();
            }
        }
        return isPlausible(pid)
                ? Optional.of(new ProcessUtilization(
                        pid, out.getLong(at + 8), percents[0], percents[1], percents[2], percents[3]))
                : Optional.empty();
    }
}
