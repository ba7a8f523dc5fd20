import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.gpuq.daemon.poll.GpuReader;
import org.gpuq.daemon.poll.NvmlWatch;
import org.gpuq.daemon.poll.ProcFs;
import org.gpuq.daemon.poll.ProcessNaming;
import org.gpuq.nvml.EccCounter;
import org.gpuq.nvml.EccErrorType;
import org.gpuq.nvml.Nvml;
import org.gpuq.nvml.NvmlDevice;
import org.gpuq.nvml.Opening;

/** What a look at all GPUs costs, as the daemon takes it, and each call in it: medians, microseconds. */
public final class PollCost {
    private static final int CALLS = 200;
    private static final int LOOKS = 400;

    private PollCost() {}

    /** @param arguments the library */
    public static void main(String[] arguments) throws Exception {
        if (!(Nvml.open(arguments[0]) instanceof Opening.Opened opened)) {
            System.out.println("{}");
            return;
        }
        Map<String, Double> micros = new LinkedHashMap<>();
        try (Nvml nvml = opened.nvml()) {
            micros.put("enumerate all GPUs", median(CALLS, () -> nvml.devices()));
            NvmlDevice device = nvml.deviceByIndex(0).toOptional().orElseThrow();
            Map<String, Consumer<NvmlDevice>> each = new LinkedHashMap<>();
            each.put("uuid", NvmlDevice::uuid);
            each.put("memory", NvmlDevice::memory);
            each.put("utilization", NvmlDevice::utilization);
            each.put("temperature", NvmlDevice::temperatureCelsius);
            each.put("power", NvmlDevice::powerUsageMilliwatts);
            each.put("compute mode", NvmlDevice::computeMode);
            each.put("compute processes", NvmlDevice::computeProcesses);
            each.put("graphics processes", NvmlDevice::graphicsProcesses);
            each.put("MPS processes", NvmlDevice::mpsProcesses);
            each.put("MIG mode", NvmlDevice::migMode);
            each.put("recovery action (every 5 s)", NvmlDevice::recoveryAction);
            each.put("remapped rows (every 5 s)", NvmlDevice::remappedRows);
            each.put("ECC errors (every 5 s)", it -> it.eccErrors(EccErrorType.UNCORRECTED, EccCounter.VOLATILE));
            each.put("clock reasons (every 5 s)", NvmlDevice::clockReasons);
            each.put("process utilization (every 2 s, foreign processes only)", it -> it.processUtilization(0));
            each.forEach((name, call) -> micros.put(name, median(CALLS, () -> call.accept(device))));
        }
        NvmlWatch watch = new NvmlWatch(
                () -> Nvml.open(arguments[0]),
                false,
                System::nanoTime,
                new GpuReader(new ProcessNaming(new ProcFs(Path.of("/proc")), List::of)),
                Set::of);
        micros.put("a whole look at all GPUs", median(LOOKS, watch::get));
        watch.close();
        StringBuilder json = new StringBuilder();
        micros.forEach((name, time) -> json.append(json.isEmpty() ? "{" : ",")
                .append('"')
                .append(name)
                .append("\":")
                .append(Math.round(time * 10) / 10.0));
        System.out.println(json.append('}'));
    }

    private interface Body {
        void run() throws Exception;
    }

    private static double median(int times, Body body) {
        double[] micros = new double[times];
        try {
            for (int i = -times; i < times; i++) { // the first half warms up
                long began = System.nanoTime();
                body.run();
                if (i >= 0) {
                    micros[i] = (System.nanoTime() - began) / 1e3;
                }
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        Arrays.sort(micros);
        return micros[times / 2];
    }
}
