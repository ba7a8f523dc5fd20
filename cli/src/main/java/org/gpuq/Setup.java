package org.gpuq;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.config.Configuration;
import org.gpuq.daemon.config.ConfigurationException;
import org.gpuq.daemon.config.ConfigurationReader;
import org.gpuq.daemon.config.Keys;
import org.gpuq.daemon.control.ControlLimits;
import org.gpuq.daemon.loop.LoopSettings;
import org.gpuq.daemon.port.DaemonControl.Setting;
import org.gpuq.daemon.port.PollPace;
import org.gpuq.nvml.Nvml;

/**
 * What is in force, as each room wants it.
 *
 * @param file where the configuration is, or would be
 * @param state the state directory
 * @param variable the library that GPUQ_NVML names, which goes before the configuration's
 * @param variables task-spooler's, which go before the file
 */
record Setup(Configuration configuration, Path file, Path state, Optional<String> variable, Variables variables) {
    /** @throws IOException when the file is there and cannot be used; the message says what is wrong with it */
    static Setup load(Arguments arguments, Map<String, String> environment) throws IOException {
        Path file = arguments.state().resolve("gpuq.toml");
        Variables variables = Variables.of(environment);
        return new Setup(
                variables.over(read(file)),
                file,
                arguments.state(),
                Optional.ofNullable(environment.get(Nvml.LIBRARY_VARIABLE)).filter(path -> !path.isEmpty()),
                variables);
    }

    private static Configuration read(Path file) throws IOException {
        try {
            return ConfigurationReader.read(file);
        } catch (ConfigurationException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    String library() {
        return variable.or(() -> configuration.get(Keys.NVML_LIBRARY).map(Path::toString))
                .orElse(Nvml.DEFAULT_LIBRARY);
    }

    Path logs() {
        return configuration.get(Keys.LOGS_DIRECTORY).orElse(state.resolve("logs"));
    }

    /** How long a job's output may become, bytes; 0: as long as it likes. */
    long outputLimit() {
        return configuration.get(Keys.LOGS_MAX_SIZE);
    }

    /** What must be free on the disk for a job to be started, bytes. */
    long leastFree() {
        return configuration.get(Keys.MIN_FREE);
    }

    int metricsPort() {
        return configuration.get(Keys.METRICS_PORT);
    }

    LoopSettings loop() {
        return new LoopSettings(
                configuration.settings(), RawBytes.utf8(logs().toString()), configuration.get(Keys.HIDE_GPUS));
    }

    ControlLimits control() {
        return new ControlLimits(
                configuration.get(Keys.CONNECTIONS),
                configuration.get(Keys.CONNECTIONS_PER_USER),
                Math.toIntExact(configuration.get(Keys.REQUEST_SIZE)),
                configuration.get(Keys.REQUEST_SIZE_PER_USER),
                configuration.get(Keys.REQUEST_TIME),
                configuration.get(Keys.STALL_TIME));
    }

    /** How long to rest between two looks at the GPUs. */
    Duration rest(PollPace pace) {
        return switch (pace) {
            case RELAXED -> configuration.get(Keys.POLL_INTERVAL);
            case WANTED -> configuration.get(Keys.POLL_INTERVAL_BUSY);
            case COOLING -> configuration.get(Keys.POLL_INTERVAL_COOLING);
        };
    }

    List<Setting> settings() {
        return configuration.inForce().stream().map(this::setting).toList();
    }

    private Setting setting(Configuration.Entry entry) {
        return new Setting(
                entry.name(),
                entry.value(),
                Configuration.STANDARD.inForce().stream()
                        .filter(standard -> standard.name().equals(entry.name()))
                        .map(Configuration.Entry::value)
                        .findFirst()
                        .orElseThrow(),
                variables.source(entry.name()).orElse(entry.fromFile() ? file.toString() : "default"),
                entry.doc());
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
