package org.gpuq;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gpuq.core.engine.Settings;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.loop.LoopSettings;
import org.gpuq.daemon.port.DaemonControl.Setting;
import org.gpuq.daemon.port.PollPace;
import org.gpuq.nvml.Nvml;

/** The configuration in force, as the rooms want it. */
record Setup(String library, Path logs, int metricsPort, LoopSettings loop, List<Setting> settings) {
    static Setup load(Arguments arguments, Map<String, String> environment) throws IOException {
        Path logs = arguments.state().resolve("logs");
        return new Setup(
                Nvml.library(Optional.empty(), environment),
                logs,
                0,
                new LoopSettings(Settings.DEFAULT, RawBytes.utf8(logs.toString()), false),
                List.of());
    }

    Duration rest(PollPace pace) {
        return switch (pace) {
            case RELAXED -> Duration.ofSeconds(1);
            case WANTED -> Duration.ofMillis(250);
            case COOLING -> Duration.ofMillis(50);
        };
    }

    /** The kernel's word on whose process this is. */
    static int ownUid() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    /** Where gpuq is: the parent of bin, lib and libexec. */
    static Path home() {
        return Path.of(System.getProperty("gpuq.home", "/usr"));
    }
}
