package org.gpuq.nvml;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** The simulator, loaded into this JVM, and the state file that scripts it. */
final class Simulation implements AutoCloseable {
    static final Path LIBRARY = Path.of("target/native/libnvidia-ml.so.1").toAbsolutePath();
    static final Path LOAD = Path.of("target/native/gpuq-sim-load").toAbsolutePath();

    static final String GPU_0 = "GPU-00000000-0000-0000-0000-000000000000";
    static final String GPU_1 = "GPU-11111111-1111-1111-1111-111111111111";

    static final String TWO_GPUS = """
            driver version=580.159.04 cuda=13000
            gpu index=0 uuid=%s name="NVIDIA H100 80GB HBM3" memory=81559MiB reserved=502MiB used=0MiB util=0 temp=35 power=70 minor=0
            gpu index=1 uuid=%s name="NVIDIA H100 80GB HBM3" memory=81559MiB reserved=502MiB used=3MiB util=7 temp=41 power=71.5 minor=1
            """.formatted(GPU_0, GPU_1);

    private interface Libc extends Library {
        int setenv(String name, String value, int overwrite);
    }

    private static final Libc LIBC = Native.load("c", Libc.class);

    private final Path state;
    private final List<Nvml> opened = new ArrayList<>();

    Simulation(Path directory, String text) {
        this.state = directory.resolve("state");
        write(text);
        // The library reads its C environment, which Java's own view of it does not change.
        if (LIBC.setenv("GPUQ_SIM", state.toString(), 1) != 0) {
            throw new IllegalStateException("setenv failed");
        }
    }

    Path state() {
        return state;
    }

    void write(String text) {
        try {
            Path next = state.resolveSibling("state.next");
            Files.writeString(next, text);
            Files.move(next, state, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    Nvml open() {
        return open(LIBRARY);
    }

    Nvml open(Path library) {
        return opened(Nvml.open(library.toString()));
    }

    Nvml opened(Opening opening) {
        return switch (opening) {
            case Opening.Opened(Nvml nvml) -> {
                opened.add(nvml);
                yield nvml;
            }
            case Opening.Unavailable unavailable -> throw new AssertionError(unavailable.reason());
        };
    }

    NvmlDevice device(int index) {
        return value(open().deviceByIndex(index));
    }

    static <T> T value(Reading<T> reading) {
        return reading.toOptional().orElseThrow(() -> new AssertionError("no value but " + reading));
    }

    @Override
    public void close() {
        opened.forEach(Nvml::close);
    }
}
