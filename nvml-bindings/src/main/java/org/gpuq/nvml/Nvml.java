package org.gpuq.nvml;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.gpuq.nvml.jna.NvmlLibrary;

/**
 * NVIDIA's management library, loaded and initialised. Thread-safe, as NVML itself is; but a call into a
 * wedged driver does not return and cannot be interrupted, so give it a thread of its own. After {@link
 * #close()} everything answers UNINITIALIZED.
 *
 * <p>Without persistence mode the first attach takes seconds: open once and stay open.
 */
public final class Nvml implements AutoCloseable {
    /** The driver's library. Never {@code nvidia-ml}: that can resolve to the CUDA toolkit's stub. */
    public static final String DEFAULT_LIBRARY = "libnvidia-ml.so.1";

    /** Names another library, for one that is not where the dynamic linker looks, or for the simulator. */
    public static final String LIBRARY_VARIABLE = "GPUQ_NVML";

    private static final Path MEMINFO = Path.of("/proc/meminfo");
    private static final int VERSION_LENGTH = 80;

    private final Binding binding;
    private final MemInfo memInfo;

    private Nvml(Binding binding, MemInfo memInfo) {
        this.binding = binding;
        this.memInfo = memInfo;
    }

    /**
     * The library to open: the configuration's, else the environment's {@value #LIBRARY_VARIABLE}, else
     * {@value #DEFAULT_LIBRARY}. An empty string counts as not set.
     */
    public static String library(Optional<String> configured, Map<String, String> environment) {
        return configured
                .filter(name -> !name.isEmpty())
                .or(() -> Optional.ofNullable(environment.get(LIBRARY_VARIABLE)).filter(name -> !name.isEmpty()))
                .orElse(DEFAULT_LIBRARY);
    }

    /**
     * Loads and initialises NVML.
     *
     * @param library a file name that the dynamic linker looks for, or a path (anything with a {@code /})
     */
    public static Opening open(String library) {
        return open(library, MEMINFO);
    }

    /** As {@link #open(String)}, with another file in the place of {@code /proc/meminfo}. */
    static Opening open(String library, Path memInfo) {
        String name = library.contains("/") ? Path.of(library).toAbsolutePath().toString() : library;
        Binding binding;
        try {
            binding = new Binding(name);
        } catch (UnsatisfiedLinkError error) {
            return new Opening.LibraryMissing(name, linkersWord(error));
        }
        if (!binding.has("nvmlInit_v2")) {
            binding.close();
            return new Opening.NotNvml(name, "nvmlInit_v2");
        }
        NvmlReturn started = binding.initialise();
        if (!started.isSuccess()) {
            String detail = binding.errorString(started);
            binding.close();
            return new Opening.InitFailed(name, started, detail);
        }
        return new Opening.Opened(new Nvml(binding, new MemInfo(memInfo)));
    }

    /** JNA says that it failed, and then in a line each what the dynamic linker said of every place it looked in. */
    private static String linkersWord(UnsatisfiedLinkError error) {
        return Optional.ofNullable(error.getMessage()).stream()
                .flatMap(String::lines)
                .filter(line -> !line.isBlank() && !line.endsWith(":"))
                .findFirst()
                .orElse("no reason given");
    }

    /** The driver's version, {@code 580.159.04}. */
    public Reading<String> driverVersion() {
        byte[] out = new byte[VERSION_LENGTH];
        return binding.read(
                "nvmlSystemGetDriverVersion",
                api -> api.nvmlSystemGetDriverVersion(out, out.length),
                () -> CStrings.decode(out));
    }

    /** The library's own version, {@code 13.580.159.04}. */
    public Reading<String> nvmlVersion() {
        byte[] out = new byte[VERSION_LENGTH];
        return binding.read(
                "nvmlSystemGetNVMLVersion",
                api -> api.nvmlSystemGetNVMLVersion(out, out.length),
                () -> CStrings.decode(out));
    }

    /** The newest CUDA that the driver supports; its {@code _v2} would need libcuda. */
    public Reading<CudaVersion> cudaDriverVersion() {
        int[] out = new int[1];
        return binding.read(
                "nvmlSystemGetCudaDriverVersion",
                api -> api.nvmlSystemGetCudaDriverVersion(out),
                () -> CudaVersion.of(out[0]));
    }

    /** How many GPUs there are, those included that the caller may not use. */
    public int deviceCount() throws NvmlException {
        int[] out = new int[1];
        String call = "nvmlDeviceGetCount_v2";
        NvmlReturn code = binding.call(call, api -> api.nvmlDeviceGetCount_v2(out));
        if (!code.isSuccess()) {
            throw new NvmlException(code, call, errorString(code));
        }
        return out[0];
    }

    /**
     * All GPUs in NVML's order. One that fails is its own entry's failure, and the others are there.
     *
     * @throws NvmlException when they cannot be counted
     */
    public List<Reading<NvmlDevice>> devices() throws NvmlException {
        int count = deviceCount();
        List<Reading<NvmlDevice>> devices = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            devices.add(deviceByIndex(index));
        }
        return List.copyOf(devices);
    }

    /**
     * The GPU at a place.
     *
     * @param index in NVML's order, which is not CUDA's default order; it changes when GPUs come and go
     */
    public Reading<NvmlDevice> deviceByIndex(int index) {
        PointerByReference out = new PointerByReference();
        return device(out, "nvmlDeviceGetHandleByIndex_v2", api -> api.nvmlDeviceGetHandleByIndex_v2(index, out));
    }

    /**
     * The GPU, or MIG slice, of a name.
     *
     * @param uuid {@code GPU-…} or {@code MIG-…}
     */
    public Reading<NvmlDevice> deviceByUuid(String uuid) {
        PointerByReference out = new PointerByReference();
        byte[] name = CStrings.encode(uuid);
        return device(out, "nvmlDeviceGetHandleByUUID", api -> api.nvmlDeviceGetHandleByUUID(name, out));
    }

    /**
     * The GPU at a PCI address.
     *
     * @param busId as in {@link PciInfo#busId()}
     */
    public Reading<NvmlDevice> deviceByPciBusId(String busId) {
        PointerByReference out = new PointerByReference();
        byte[] name = CStrings.encode(busId);
        return device(out, "nvmlDeviceGetHandleByPciBusId_v2", api -> api.nvmlDeviceGetHandleByPciBusId_v2(name, out));
    }

    private Reading<NvmlDevice> device(PointerByReference out, String call, ToIntFunction<NvmlLibrary> body) {
        return binding.read(call, body, () -> device(out.getValue()));
    }

    private NvmlDevice device(Pointer handle) {
        return new NvmlDevice(binding, memInfo, handle);
    }

    /** A set of its own, for the caller to close. */
    public Reading<NvmlEventSet> createEventSet() {
        PointerByReference out = new PointerByReference();
        return binding.read(
                "nvmlEventSetCreate",
                api -> api.nvmlEventSetCreate(out),
                () -> new NvmlEventSet(binding, out.getValue(), this::device));
    }

    /** NVML's own words for a code. */
    public String errorString(NvmlReturn code) {
        return binding.errorString(code);
    }

    /**
     * Shuts NVML down and unloads it. While a call is inside, this returns at once, and the last call to return does
     * it.
     */
    @Override
    public void close() {
        binding.close();
    }
}
