package org.gpuq.daemon.poll;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.gpuq.nvml.Nvml;
import org.gpuq.nvml.Opening;

/** The simulated driver, loaded into this JVM: the real path through JNA, over a state file of the test's. */
final class SimulatedGpus {
    static final String GPU_0 = "GPU-00000000-0000-0000-0000-000000000000";
    static final String GPU_1 = "GPU-11111111-1111-1111-1111-111111111111";

    static final String TWO = """
            driver version=580.159.04 cuda=13000
            gpu index=0 uuid=%s name="NVIDIA H100 80GB HBM3" memory=81559MiB reserved=502MiB used=0MiB util=7 temp=35 power=70.5 minor=0
            gpu index=1 uuid=%s name="NVIDIA H100 80GB HBM3" memory=81559MiB reserved=502MiB used=3MiB util=0 temp=41 power=71 minor=1
            """.formatted(GPU_0, GPU_1);

    private static final Path LIBRARY =
            Path.of("../nvml-bindings/target/native/libnvidia-ml.so.1").toAbsolutePath();

    private interface Libc extends Library {
        Libc LIBC = Native.load("c", Libc.class);

        int setenv(String name, String value, int overwrite);
    }

    private final Path state;

    SimulatedGpus(Path directory, String text) {
        state = directory.resolve("gpus");
        write(text);
        // The library reads its C environment, which Java's own view of it does not change.
        if (Libc.LIBC.setenv("GPUQ_SIM", state.toString(), 1) != 0) {
            throw new IllegalStateException("setenv failed");
        }
    }

    void write(String text) {
        try {
            Path next = state.resolveSibling("gpus.next");
            Files.writeString(next, text);
            Files.move(next, state, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void add(String lines) {
        write(TWO + lines + "\n");
    }

    /** How often the driver has been called so since it was loaded. */
    static long calls(String function) {
        return NativeLibrary.getInstance(LIBRARY.toString())
                .getFunction("nvmlSimulatorCalls")
                .invokeLong(new Object[] {function});
    }

    Opening open() {
        return Nvml.open(LIBRARY.toString());
    }
}
