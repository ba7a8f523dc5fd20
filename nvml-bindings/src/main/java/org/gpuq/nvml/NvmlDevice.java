package org.gpuq.nvml;

import com.sun.jna.Pointer;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.gpuq.nvml.jna.NvmlDeviceAttributes;
import org.gpuq.nvml.jna.NvmlFieldValue;
import org.gpuq.nvml.jna.NvmlLibrary;
import org.gpuq.nvml.jna.NvmlPciInfo;
import org.gpuq.nvml.jna.NvmlTemperature;
import org.gpuq.nvml.jna.NvmlUtilization;

/**
 * A GPU, or a MIG slice of one. A handle is good until its {@link Nvml} is closed or the driver reloaded; after that
 * every reading fails. Thread-safe. Each method is one call into the driver (about 1 µs to 5 ms) unless it says more.
 */
public final class NvmlDevice {
    private static final int TEXT_LENGTH = 96;
    private static final int GPU_SENSOR = 0;
    private static final int RECOVERY_ACTION_FIELD = 230;
    private static final int CPU_WORDS = 16; // 1,024 CPUs

    private final Binding binding;
    private final MemInfo machine;
    private final Pointer handle;

    NvmlDevice(Binding binding, MemInfo machine, Pointer handle) {
        this.binding = binding;
        this.machine = machine;
        this.handle = handle;
    }

    Pointer handle() {
        return handle;
    }

    /** {@code GPU-…} or {@code MIG-…}: the one name that survives re-ordering, and that CUDA takes too. */
    public Reading<String> uuid() {
        return text("nvmlDeviceGetUUID", NvmlLibrary::nvmlDeviceGetUUID);
    }

    /** The product's name, {@code NVIDIA H100 80GB HBM3}. */
    public Reading<String> name() {
        return text("nvmlDeviceGetName", NvmlLibrary::nvmlDeviceGetName);
    }

    public Reading<PciInfo> pci() {
        NvmlPciInfo out = new NvmlPciInfo();
        return binding.read(
                "nvmlDeviceGetPciInfo_v3", api -> api.nvmlDeviceGetPciInfo_v3(handle, out), () -> PciInfo.of(out));
    }

    /** The N of {@code /dev/nvidiaN}. */
    public Reading<Integer> minorNumber() {
        return number("nvmlDeviceGetMinorNumber", NvmlLibrary::nvmlDeviceGetMinorNumber);
    }

    /** The place in NVML's order, which changes when GPUs come and go. */
    public Reading<Integer> index() {
        return number("nvmlDeviceGetIndex", NvmlLibrary::nvmlDeviceGetIndex);
    }

    /** Up to five calls on GPUs that share the machine's memory. */
    public Reading<MemoryInfo> memory() {
        return new MemoryReader(binding, handle, machine).read();
    }

    /** Unsupported on a MIG parent and on some old cards; stuck at 0 in WSL2. */
    public Reading<Utilization> utilization() {
        NvmlUtilization out = new NvmlUtilization();
        return binding.read(
                "nvmlDeviceGetUtilizationRates",
                api -> api.nvmlDeviceGetUtilizationRates(handle, out),
                () -> new Utilization(out.gpu, out.memory));
    }

    /** One of the driver's three lists. Entries that cannot be processes are left out. */
    public Reading<List<ProcessInfo>> processes(ProcessKind kind) {
        return new ProcessReader(binding, handle).list(kind);
    }

    public Reading<List<ProcessInfo>> computeProcesses() {
        return processes(ProcessKind.COMPUTE);
    }

    public Reading<List<ProcessInfo>> graphicsProcesses() {
        return processes(ProcessKind.GRAPHICS);
    }

    public Reading<List<ProcessInfo>> mpsProcesses() {
        return processes(ProcessKind.MPS);
    }

    /**
     * What each process did, empty when there is nothing new.
     *
     * @param lastSeenTimestampUs the newest timestamp of the last answer for this GPU; 0 for all that the driver keeps
     */
    public Reading<List<ProcessUtilization>> processUtilization(long lastSeenTimestampUs) {
        return new ProcessReader(binding, handle).utilization(lastSeenTimestampUs);
    }

    /** The GPU's own sensor. */
    public Reading<Integer> temperatureCelsius() {
        NvmlTemperature out = new NvmlTemperature();
        out.sensor = GPU_SENSOR;
        String symbol = "nvmlDeviceGetTemperatureV";
        NvmlReturn code = binding.call(symbol, api -> api.nvmlDeviceGetTemperatureV(handle, out));
        return code.isUnsupported() || code.isWorthAnOlderCall()
                ? number(
                        "nvmlDeviceGetTemperature",
                        (api, device, celsius) -> api.nvmlDeviceGetTemperature(device, GPU_SENSOR, celsius))
                : Reading.of(code, symbol, () -> out.celsius);
    }

    public Reading<Long> powerUsageMilliwatts() {
        return number("nvmlDeviceGetPowerUsage", NvmlLibrary::nvmlDeviceGetPowerUsage)
                .map(Integer::toUnsignedLong);
    }

    /** The limit in force, the lowest of all that apply. */
    public Reading<Long> enforcedPowerLimitMilliwatts() {
        return number("nvmlDeviceGetEnforcedPowerLimit", NvmlLibrary::nvmlDeviceGetEnforcedPowerLimit)
                .map(Integer::toUnsignedLong);
    }

    /** Since the driver was loaded. */
    public Reading<Long> totalEnergyMillijoules() {
        return longNumber("nvmlDeviceGetTotalEnergyConsumption", NvmlLibrary::nvmlDeviceGetTotalEnergyConsumption);
    }

    public Reading<Integer> clockMegahertz(ClockDomain domain) {
        return number(
                "nvmlDeviceGetClockInfo", (api, device, out) -> api.nvmlDeviceGetClockInfo(device, domain.code(), out));
    }

    public Reading<Set<ClockReason>> clockReasons() {
        String symbol = "nvmlDeviceGetCurrentClocksEventReasons";
        long[] out = new long[1];
        NvmlReturn code = binding.call(symbol, api -> api.nvmlDeviceGetCurrentClocksEventReasons(handle, out));
        Reading<Long> mask = code.isWorthAnOlderCall()
                ? longNumber(
                        "nvmlDeviceGetCurrentClocksThrottleReasons",
                        NvmlLibrary::nvmlDeviceGetCurrentClocksThrottleReasons)
                : Reading.of(code, symbol, () -> out[0]);
        return mask.map(ClockReason::of);
    }

    public Reading<Long> eccErrors(EccErrorType type, EccCounter counter) {
        return longNumber(
                "nvmlDeviceGetTotalEccErrors",
                (api, device, out) -> api.nvmlDeviceGetTotalEccErrors(device, type.code(), counter.code(), out));
    }

    public Reading<RemappedRows> remappedRows() {
        int[] correctable = new int[1];
        int[] uncorrectable = new int[1];
        int[] pending = new int[1];
        int[] failure = new int[1];
        return binding.read(
                "nvmlDeviceGetRemappedRows",
                api -> api.nvmlDeviceGetRemappedRows(handle, correctable, uncorrectable, pending, failure),
                () -> new RemappedRows(correctable[0], uncorrectable[0], pending[0] != 0, failure[0] != 0));
    }

    /** What the driver wants done to the GPU (driver 570 and newer). */
    public Reading<RecoveryAction> recoveryAction() {
        NvmlFieldValue out = new NvmlFieldValue();
        out.fieldId = RECOVERY_ACTION_FIELD;
        String symbol = "nvmlDeviceGetFieldValues";
        NvmlReturn code = binding.call(symbol, api -> api.nvmlDeviceGetFieldValues(handle, 1, out));
        NvmlReturn ofField = code.isSuccess() ? new NvmlReturn(out.nvmlReturn) : code;
        // An old driver does not know the field and calls the argument invalid.
        return ofField.equals(NvmlReturn.INVALID_ARGUMENT)
                ? Reading.unsupported()
                : Reading.of(ofField, symbol, () -> (int) out.value)
                        .flatMap(number -> orUnknown(RecoveryAction.of(number), symbol));
    }

    public Reading<ComputeMode> computeMode() {
        String symbol = "nvmlDeviceGetComputeMode";
        return number(symbol, NvmlLibrary::nvmlDeviceGetComputeMode)
                .flatMap(number -> orUnknown(ComputeMode.of(number), symbol));
    }

    public Reading<Boolean> persistenceMode() {
        return number("nvmlDeviceGetPersistenceMode", NvmlLibrary::nvmlDeviceGetPersistenceMode)
                .map(enabled -> enabled != 0);
    }

    public Reading<MigMode> migMode() {
        int[] current = new int[1];
        int[] pending = new int[1];
        return binding.read(
                "nvmlDeviceGetMigMode",
                api -> api.nvmlDeviceGetMigMode(handle, current, pending),
                () -> new MigMode(current[0] != 0, pending[0] != 0));
    }

    /** How many slices it could have, each size being the smallest. */
    public Reading<Integer> maxMigDeviceCount() {
        return mig().maxCount();
    }

    /** The slices there are, in the order of their slots. One call a slot. */
    public Reading<List<NvmlDevice>> migDevices() {
        return mig().devices();
    }

    /** The GPU that this slice is of. */
    public Reading<NvmlDevice> migParent() {
        return mig().parent();
    }

    /** Of a MIG slice. */
    public Reading<Integer> gpuInstanceId() {
        return number("nvmlDeviceGetGpuInstanceId", NvmlLibrary::nvmlDeviceGetGpuInstanceId);
    }

    /** Of a MIG slice. */
    public Reading<Integer> computeInstanceId() {
        return number("nvmlDeviceGetComputeInstanceId", NvmlLibrary::nvmlDeviceGetComputeInstanceId);
    }

    /** Of a MIG slice. */
    public Reading<MigAttributes> migAttributes() {
        NvmlDeviceAttributes out = new NvmlDeviceAttributes();
        return binding.read(
                "nvmlDeviceGetAttributes_v2",
                api -> api.nvmlDeviceGetAttributes_v2(handle, out),
                () -> new MigAttributes(
                        out.multiprocessorCount,
                        out.gpuInstanceSliceCount,
                        out.computeInstanceSliceCount,
                        out.memorySizeMb << 20));
    }

    /** Event bits, {@link NvmlEvent#XID} among them when the GPU reports errors. */
    public Reading<Long> supportedEventTypes() {
        return longNumber("nvmlDeviceGetSupportedEventTypes", NvmlLibrary::nvmlDeviceGetSupportedEventTypes);
    }

    public Reading<TopologyLevel> topologyCommonAncestor(NvmlDevice other) {
        String symbol = "nvmlDeviceGetTopologyCommonAncestor";
        return number(symbol, (api, device, out) -> api.nvmlDeviceGetTopologyCommonAncestor(device, other.handle, out))
                .flatMap(code -> orUnknown(TopologyLevel.of(code), symbol));
    }

    /** Its NVLinks that are up; unsupported where there are none at all. Up to two calls a link, of which there are 18. */
    public Reading<List<NvLink>> nvLinks() {
        return new NvLinkReader(binding, handle).read();
    }

    /** The CPUs that are near, of the first 1,024. */
    public Reading<BitSet> cpuAffinity() {
        long[] out = new long[CPU_WORDS];
        return binding.read(
                "nvmlDeviceGetCpuAffinity",
                api -> api.nvmlDeviceGetCpuAffinity(handle, out.length, out),
                () -> BitSet.valueOf(out));
    }

    private interface TextCall {
        int call(NvmlLibrary api, Pointer device, byte[] out, int length);
    }

    private interface NumberCall {
        int call(NvmlLibrary api, Pointer device, int[] out);
    }

    private interface LongCall {
        int call(NvmlLibrary api, Pointer device, long[] out);
    }

    private Reading<String> text(String symbol, TextCall call) {
        byte[] out = new byte[TEXT_LENGTH];
        return binding.read(symbol, api -> call.call(api, handle, out, out.length), () -> CStrings.decode(out));
    }

    private Reading<Integer> number(String symbol, NumberCall call) {
        int[] out = new int[1];
        return binding.read(symbol, api -> call.call(api, handle, out), () -> out[0]);
    }

    private Reading<Long> longNumber(String symbol, LongCall call) {
        long[] out = new long[1];
        return binding.read(symbol, api -> call.call(api, handle, out), () -> out[0]);
    }

    private MigReader mig() {
        return new MigReader(binding, handle, other -> new NvmlDevice(binding, machine, other));
    }

    /** A number that this version has no name for is a failure, never a guess. */
    private static <E> Reading<E> orUnknown(Optional<E> constant, String symbol) {
        return constant.map(Reading::of).orElseGet(() -> Reading.failed(NvmlReturn.UNKNOWN, symbol));
    }
}
