package org.gpuq;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gpuq.cli.command.Rules;
import org.gpuq.core.job.Bounds;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.config.BoundsKeys;
import org.gpuq.daemon.config.Configuration;
import org.gpuq.daemon.config.ConfigurationException;
import org.gpuq.daemon.config.ConfigurationReader;
import org.gpuq.daemon.config.Keys;
import org.gpuq.daemon.config.SharedKeys;
import org.gpuq.daemon.control.Admission;
import org.gpuq.daemon.control.ControlLimits;
import org.gpuq.daemon.launch.DeviceFiles;
import org.gpuq.daemon.launch.StartTerms;
import org.gpuq.daemon.loop.LoopSettings;
import org.gpuq.daemon.poll.ProcFs;
import org.gpuq.daemon.port.DaemonControl.Setting;
import org.gpuq.daemon.port.PollPace;
import org.gpuq.nvml.Nvml;

/**
 * What is in force, as each room wants it.
 *
 * @param arguments what q-launch passed on
 * @param variable the library that GPUQ_NVML names, which goes before the configuration's
 * @param variables task-spooler's, which go before the file
 */
record Setup(Configuration configuration, Arguments arguments, Optional<String> variable, Variables variables) {
    /** @throws IOException when the file is there and cannot be used; the message says what is wrong with it */
    static Setup load(Arguments arguments, Map<String, String> environment) throws IOException {
        Variables variables = Variables.of(environment);
        return new Setup(
                variables.over(read(arguments.configuration())),
                arguments,
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
        return arguments
                .outputs()
                .or(() -> configuration.get(Keys.LOGS_DIRECTORY))
                .orElse(arguments.state().resolve("logs"));
    }

    boolean confinesGpus() {
        return arguments.shared() && configuration.get(SharedKeys.CONFINE_GPUS);
    }

    /** @param known what is to be asked for a job's device files, should jobs be confined to theirs */
    StartTerms terms(DeviceFiles known) {
        return new StartTerms(
                configuration.get(Keys.LOGS_MAX_SIZE),
                arguments.shared(),
                new Bounds(
                        configuration.get(BoundsKeys.MEMORY),
                        configuration.get(BoundsKeys.PROCESSES),
                        1000 * configuration.get(BoundsKeys.CPUS)),
                confinesGpus() ? known : DeviceFiles.OPEN);
    }

    Admission admission() throws IOException {
        return arguments.shared() ? new Admission.Everybody() : new Admission.OnlyUser(ownUid());
    }

    Rules rules() throws IOException {
        return new Rules(
                new Administrators(ownUid(), configuration.get(SharedKeys.ADMINISTRATORS)),
                configuration.get(SharedKeys.SHOW_COMMANDS),
                new ProcFs(Path.of("/proc")).showsEverybody(),
                !arguments.shared() || configuration.get(SharedKeys.ROOT_JOBS));
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
                arguments.shared() ? configuration.settings().withoutReach() : configuration.settings(),
                RawBytes.utf8(logs().toString()),
                arguments.shared(),
                configuration.get(Keys.HIDE_GPUS),
                configuration.get(Keys.REMOVE_FORGOTTEN));
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
                variables
                        .source(entry.name())
                        .orElse(entry.fromFile() ? arguments.configuration().toString() : "default"),
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
