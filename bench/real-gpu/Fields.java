import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.gpuq.nvml.ClockDomain;
import org.gpuq.nvml.EccCounter;
import org.gpuq.nvml.EccErrorType;
import org.gpuq.nvml.Nvml;
import org.gpuq.nvml.NvmlDevice;
import org.gpuq.nvml.Opening;
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
            for (Reading<NvmlDevice> device : nvml.devices()) {
                gpus.add(device.toOptional().map(Fields::gpu).orElse(text(device.toString())));
            }
            System.out.println("{\"init_ms\":" + initialised / 1e6
                    + ",\"driver\":" + text(nvml.driverVersion().toOptional().orElse("?"))
                    + ",\"nvml\":" + text(nvml.nvmlVersion().toOptional().orElse("?"))
                    + ",\"gpus\":[" + String.join(",", gpus) + "]}");
        }
    }

    private static String gpu(NvmlDevice device) {
        StringJoiner json = new StringJoiner(",", "{", "}");
        add(json, "uuid", device.uuid());
        add(json, "name", device.name());
        add(json, "pci", device.pci().map(pci -> pci.busId()));
        add(json, "index", device.index());
        add(json, "minor", device.minorNumber());
        add(json, "memory_total", device.memory().map(memory -> memory.totalBytes()));
        add(json, "memory_used", device.memory().map(memory -> memory.usedBytes()));
        add(json, "utilization", device.utilization().map(use -> use.gpuPercent()));
        add(json, "temperature", device.temperatureCelsius());
        add(json, "power_mw", device.powerUsageMilliwatts());
        add(json, "power_limit_mw", device.enforcedPowerLimitMilliwatts());
        add(json, "energy_mj", device.totalEnergyMillijoules());
        for (ClockDomain domain : ClockDomain.values()) {
            add(json, "clock_" + domain.name().toLowerCase(java.util.Locale.ROOT), device.clockMegahertz(domain));
        }
        add(json, "clock_reasons", device.clockReasons().map(Object::toString));
        add(json, "ecc_uncorrected", device.eccErrors(EccErrorType.UNCORRECTED, EccCounter.VOLATILE));
        add(json, "remapped_rows", device.remappedRows().map(Object::toString));
        add(json, "recovery_action", device.recoveryAction().map(Object::toString));
        add(json, "compute_mode", device.computeMode().map(Object::toString));
        add(json, "persistence", device.persistenceMode());
        add(json, "mig", device.migMode().map(Object::toString));
        add(json, "compute_processes", device.computeProcesses().map(List::size));
        add(json, "graphics_processes", device.graphicsProcesses().map(List::size));
        add(json, "mps_processes", device.mpsProcesses().map(List::size));
        add(json, "process_utilization", device.processUtilization(0).map(List::size));
        add(json, "event_types", device.supportedEventTypes());
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
