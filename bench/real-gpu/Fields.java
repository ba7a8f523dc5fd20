import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.gpuq.nvml.ClockDomain;
import org.gpuq.nvml.EccCounter;
import org.gpuq.nvml.EccErrorType;
import org.gpuq.nvml.MemoryInfo;
import org.gpuq.nvml.Nvml;
import org.gpuq.nvml.NvmlDevice;
import org.gpuq.nvml.Opening;
import org.gpuq.nvml.PciInfo;
import org.gpuq.nvml.ProcessInfo;
import org.gpuq.nvml.Reading;

/** Prints every field that the bindings read, of every GPU, as JSON; and how long NVML took to come up, and a field to read. */
public final class Fields {
    private Fields() {}

    /** @param arguments the library */
    public static void main(String[] arguments) throws Exception {
        long began = System.nanoTime();
        if (!(Nvml.open(arguments[0]) instanceof Opening.Opened opened)) {
            System.out.println("{\"error\":" + text(Nvml.open(arguments[0]).toString()) + "}");
            return;
        }
        long initialised = System.nanoTime() - began;
        List<String> gpus = new ArrayList<>();
        try (Nvml nvml = opened.nvml()) {
            List<NvmlDevice> devices =
                    nvml.devices().stream().flatMap(device -> device.toOptional().stream()).toList();
            devices.forEach(device -> gpus.add(gpu(device, devices)));
            System.out.println("{\"init_ms\":" + initialised / 1e6
                    + ",\"driver\":" + text(nvml.driverVersion().toOptional().orElse("?"))
                    + ",\"nvml\":" + text(nvml.nvmlVersion().toOptional().orElse("?"))
                    + ",\"gpus\":[" + String.join(",", gpus) + "]}");
        }
    }

    private static String words(Set<?> words) {
        return words.stream().map(Object::toString).sorted().collect(Collectors.joining(" "));
    }

    private static String pids(List<ProcessInfo> processes) {
        return processes.stream().map(ProcessInfo::pid).sorted().map(Object::toString).collect(Collectors.joining(" "));
    }

    private static String gpu(NvmlDevice device, List<NvmlDevice> all) {
        StringJoiner json = new StringJoiner(",", "{", "}");
        add(json, "uuid", device.uuid());
        add(json, "name", device.name());
        add(json, "pci", device.pci().map(pci -> pci.busId()));
        add(json, "index", device.index());
        add(json, "minor", device.minorNumber());
        add(json, "memory_total", device.memory().map(MemoryInfo::totalBytes));
        add(json, "memory_used", device.memory().map(MemoryInfo::usedBytes));
        add(json, "memory_free", device.memory().map(MemoryInfo::freeBytes));
        add(json, "memory_reserved", device.memory().map(memory -> memory.reservedBytes().orElse(-1)));
        add(json, "utilization", device.utilization().map(use -> use.gpuPercent()));
        add(json, "memory_utilization", device.utilization().map(use -> use.memoryPercent()));
        add(json, "temperature", device.temperatureCelsius());
        add(json, "power_mw", device.powerUsageMilliwatts());
        add(json, "power_limit_mw", device.enforcedPowerLimitMilliwatts());
        add(json, "energy_mj", device.totalEnergyMillijoules());
        for (ClockDomain domain : ClockDomain.values()) {
            add(json, "clock_" + domain.name().toLowerCase(Locale.ROOT), device.clockMegahertz(domain));
        }
        add(json, "clock_reasons", device.clockReasons().map(Fields::words));
        for (EccErrorType type : EccErrorType.values()) {
            for (EccCounter counter : EccCounter.values()) {
                String name = "ecc_" + type.name().toLowerCase(Locale.ROOT) + "_" + counter.name().toLowerCase(Locale.ROOT);
                add(json, name, device.eccErrors(type, counter));
            }
        }
        add(json, "remapped_rows", device.remappedRows().map(rows -> rows.correctable() + " " + rows.uncorrectable()
                + " " + (rows.pending() ? 1 : 0) + " " + (rows.failure() ? 1 : 0)));
        add(json, "recovery_action", device.recoveryAction().map(action -> action.ordinal()));
        add(json, "compute_mode", device.computeMode().map(mode -> mode.ordinal()));
        add(json, "persistence", device.persistenceMode().map(on -> on ? 1 : 0));
        add(json, "mig", device.migMode().map(mode -> (mode.enabled() ? 1 : 0) + " " + (mode.enabledAfterReset() ? 1 : 0)));
        add(json, "compute_processes", device.computeProcesses().map(Fields::pids));
        add(json, "graphics_processes", device.graphicsProcesses().map(Fields::pids));
        add(json, "mps_processes", device.mpsProcesses().map(Fields::pids));
        add(json, "process_utilization", device.processUtilization(0).map(List::size));
        add(json, "event_types", device.supportedEventTypes());
        add(json, "nvlinks", device.nvLinks().map(links -> links.stream()
                .map(link -> link.link() + ":" + link.remote().map(PciInfo::busId).toOptional().orElse("?"))
                .collect(Collectors.joining(" "))));
        add(json, "topology", Reading.of(all.stream()
                .map(other -> device.topologyCommonAncestor(other).map(Object::toString).toOptional().orElse("?"))
                .collect(Collectors.joining(" "))));
        return json.toString();
    }

    private static void add(StringJoiner json, String name, Reading<?> reading) {
        String value =
                switch (reading) {
                    case Reading.Value<?>(Object it) ->
                        it instanceof Number || it instanceof Boolean ? it.toString() : text(it.toString());
                    case Reading.Unsupported<?>() -> "null";
                    case Reading.Failed<?> failed -> text("failed: " + failed.code());
                };
        json.add(text(name) + ":" + value);
    }

    private static String text(String value) {
        StringBuilder json = new StringBuilder("\"");
        for (char c : value.toCharArray()) {
            json.append(c == '"' || c == '\\' ? "\\" + c : c < ' ' ? " " : Character.toString(c));
        }
        return json.append('"').toString();
    }
}
