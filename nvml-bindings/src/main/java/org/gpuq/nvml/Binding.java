package org.gpuq.nvml;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.gpuq.nvml.jna.NvmlLibrary;

/**
 * A loaded library and the one way to call it: an absent symbol answers as FUNCTION_NOT_FOUND does, and a
 * closed library as UNINITIALIZED does, instead of crashing. Thread-safe.
 */
final class Binding {
    private static final AtomicLong COUNTER = new AtomicLong();

    private final NativeLibrary library;
    private final NvmlLibrary api;
    private final UnloadGate gate;
    private final Map<String, Boolean> symbols = new ConcurrentHashMap<>();
    private volatile boolean initialised;

    /**
     * @param name a file name that the dynamic linker looks for, or an absolute path
     * @throws UnsatisfiedLinkError when it cannot be loaded
     */
    Binding(String name) {
        // JNA shares a library among equal options, and closing one would pull it from under the other.
        Map<String, Object> options = Map.of("gpuq.instance", COUNTER.incrementAndGet());
        this.api = Native.load(name, NvmlLibrary.class, options);
        this.library = ((Library.Handler) Proxy.getInvocationHandler(api)).getNativeLibrary();
        this.gate = new UnloadGate(this::shutdownAndUnload);
    }

    /** Whether this version of the library has the function. */
    boolean has(String symbol) {
        return symbols.computeIfAbsent(symbol, this::probe);
    }

    private boolean probe(String symbol) {
        try {
            return library.getFunction(symbol) != null;
        } catch (UnsatisfiedLinkError absent) {
            return false;
        }
    }

    NvmlReturn initialise() {
        NvmlReturn code = call("nvmlInit_v2", NvmlLibrary::nvmlInit_v2);
        initialised = code.isSuccess();
        return code;
    }

    NvmlReturn call(String symbol, ToIntFunction<NvmlLibrary> call) {
        if (!gate.enter()) {
            return NvmlReturn.UNINITIALIZED;
        }
        try {
            return has(symbol) ? new NvmlReturn(call.applyAsInt(api)) : NvmlReturn.FUNCTION_NOT_FOUND;
        } finally {
            gate.leave();
        }
    }

    <T> Reading<T> read(String symbol, ToIntFunction<NvmlLibrary> call, Supplier<? extends T> value) {
        return Reading.of(call(symbol, call), symbol, value);
    }

    /** NVML's own words for a code, or its name when the library has none. */
    String errorString(NvmlReturn code) {
        String[] words = {null};
        NvmlReturn asked = call("nvmlErrorString", library -> {
            words[0] = library.nvmlErrorString(code.code());
            return 0;
        });
        return asked.isSuccess() && words[0] != null ? words[0] : code.name();
    }

    /** Shuts NVML down and lets go of the library, as soon as no call is inside it. */
    void close() {
        gate.close();
    }

    private void shutdownAndUnload() {
        // NVML counts initialisations for the whole process: one that failed is not ours to undo.
        if (initialised && has("nvmlShutdown")) {
            var _ = api.nvmlShutdown(); // nothing is left to do about a failure
        }
        library.close();
    }
}
