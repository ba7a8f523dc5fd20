package org.gpuq.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.gpuq.core.engine.Settings;
import org.gpuq.core.engine.UserLimits;
import org.gpuq.core.gpu.Thresholds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
    private static final Path FILE = Path.of("/etc/gpuq/gpuq.toml");

    private static void assertRefused(String text, String message) {
        assertThatThrownBy(() -> ConfigurationReader.parse(FILE, text))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(message);
    }

    @Test
    void withoutAFileTheDefaultsHold(@TempDir Path directory) throws ConfigurationException {
        Configuration configuration = ConfigurationReader.read(directory.resolve("gpuq.toml"));
        assertThat(configuration.settings()).isEqualTo(Settings.DEFAULT);
        assertThat(configuration.get(Keys.METRICS_PORT)).isEqualTo(9840);
        assertThat(configuration.inForce())
                .noneMatch(Configuration.Entry::fromFile)
                .hasSameSizeAs(Keys.ALL);
    }

    @Test
    void aFileThatCannotBeReadIsSaidSo(@TempDir Path directory) throws IOException {
        Path file = Files.createDirectory(directory.resolve("gpuq.toml"));
        assertThatThrownBy(() -> ConfigurationReader.read(file)).hasMessageContaining("cannot be read");
    }

    @Test
    void everyKeyCanBeSet() throws ConfigurationException {
        Configuration configuration = ConfigurationReader.parse(
                FILE, """
                jobs.slots = 8
                metrics = { port = 0 }
                [jobs]
                hide_gpus = true # a comment
                keep_ended = 5
                keep_ended_for = "30d"
                max_queued = 6
                [cancel]
                grace = "2h"
                [disk]
                min_free = "1GiB"
                [logs]
                max_size = "2GiB"
                remove_forgotten = true
                directory = "/var/log/gpuq"
                [poll]
                interval = "2s"
                interval_busy = "100ms"
                interval_cooling = "20ms"
                max_age = "1m"
                [gpu]
                baseline = "1GiB"
                baseline_ratio = 0
                calm_looks = 5
                busy_ratio = 0.5
                busy_time = "7s"
                residual_after = "9s"
                share_reserve = "1MiB"
                [nvml]
                library = "/opt/libnvidia-ml.so.1"
                [control]
                connections = 10
                connections_per_user = 9
                request_size = "1MiB"
                request_size_per_user = "2MiB"
                request_time = "5s"
                stall_time = "6s"
                [shared]
                administrators = "gpu-admins"
                show_commands = false
                root_jobs = true
                confine_gpus = true
                queued_per_user = 100
                gpus_per_user = 4
                [bounds]
                memory = "64GiB"
                processes = 5000
                cpus = 16
                """.replace("jobs.slots = 8\n", "").replace("[jobs]", "[jobs]\nslots = 8"));
        assertThat(configuration.settings())
                .isEqualTo(new Settings(
                        8,
                        Duration.ofHours(2),
                        Duration.ofMinutes(1),
                        1L << 30,
                        0,
                        5,
                        6,
                        new Thresholds(5, 0.5, Duration.ofSeconds(7), Duration.ofSeconds(9), 1L << 20),
                        new UserLimits(100, 4),
                        Duration.ofDays(30),
                        true));
        assertThat(configuration.get(Keys.HIDE_GPUS)).isTrue();
        assertThat(configuration.get(Keys.METRICS_PORT)).isZero();
        assertThat(configuration.get(Keys.LOGS_DIRECTORY)).contains(Path.of("/var/log/gpuq"));
        assertThat(configuration.get(Keys.POLL_INTERVAL)).isEqualTo(Duration.ofSeconds(2));
        assertThat(configuration.get(Keys.POLL_INTERVAL_COOLING)).isEqualTo(Duration.ofMillis(20));
        assertThat(configuration.get(Keys.REQUEST_SIZE)).isEqualTo(1L << 20);
        assertThat(configuration.inForce()).allMatch(Configuration.Entry::fromFile);
        assertThat(configuration.inForce())
                .filteredOn(entry -> entry.name().equals("gpu.baseline"))
                .extracting(Configuration.Entry::value)
                .containsExactly("\"1GiB\"");
    }

    @Test
    void whatIsShownCanBeReadBack() throws ConfigurationException {
        String shown = Configuration.STANDARD.inForce().stream()
                .map(entry -> entry.name() + " = " + entry.value())
                .collect(Collectors.joining("\n"));
        Configuration again = ConfigurationReader.parse(FILE, shown);
        for (Key<?> key : Keys.ALL) {
            assertThat(again.get(key)).as(key.name()).isEqualTo(key.standard());
        }
    }

    @Test
    void anUnknownKeyIsNamedWithItsLineAndItsNeighbour() {
        assertRefused(
                "# mine\n[jobs]\nslot = 3\n",
                "/etc/gpuq/gpuq.toml, line 3: there is no key jobs.slot; did you mean jobs.slots?");
        assertRefused("slots = 3", "/etc/gpuq/gpuq.toml, line 1: there is no key slots; did you mean jobs.slots?");
        assertRefused(
                "jobs.slots.x = 3",
                "/etc/gpuq/gpuq.toml, line 1: there is no key jobs.slots.x; did you mean jobs.slots?");
    }

    @Test
    void aWrongValueIsToldWhatIsAllowed() {
        String slots = "/etc/gpuq/gpuq.toml, line 1: jobs.slots must be a whole number from 1 to 10000";
        for (String wrong : List.of(
                "0",
                "-1",
                "10001",
                "1.5",
                "\"1\"",
                "true",
                "[1]",
                "99999999999999999999",
                "2026-01-01",
                "4294967297")) {
            assertRefused("jobs.slots = " + wrong, slots);
        }
        for (String wrong : List.of("10", "\"10\"", "\"-1s\"", "\"25h\"", "\"1w\"", "\"\"", "\"1 s\"")) {
            assertRefused(
                    "cancel.grace = " + wrong,
                    "/etc/gpuq/gpuq.toml, line 1: cancel.grace must be a duration in quotes such as \"250ms\", \"10s\", "
                            + "\"5m\", \"2h\" or \"30d\", from 0s to 24h");
        }
        for (String wrong : List.of("\"512MB\"", "512", "\"2048GiB\"")) {
            assertRefused(
                    "gpu.baseline = " + wrong,
                    "/etc/gpuq/gpuq.toml, line 1: gpu.baseline must be a size in quotes such as \"64KiB\", \"512MiB\" or "
                            + "\"2GiB\", from 0B to 1024GiB");
        }
        assertRefused(
                "gpu.baseline_ratio = 1.1",
                "/etc/gpuq/gpuq.toml, line 1: gpu.baseline_ratio must be a number from 0 to 1");
        assertRefused(
                "gpu.baseline_ratio = nan",
                "/etc/gpuq/gpuq.toml, line 1: gpu.baseline_ratio must be a number from 0 to 1");
        assertRefused(
                "logs.directory = \"logs\"",
                "/etc/gpuq/gpuq.toml, line 1: logs.directory must be an absolute path in quotes");
        assertRefused("jobs.hide_gpus = 1", "/etc/gpuq/gpuq.toml, line 1: jobs.hide_gpus must be true or false");
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        assertThatThrownBy(() -> ConfigurationReader.parse(FILE, "[jobs]\nslots = 0\nmax = 1"))
                .hasMessageContaining("line 2: jobs.slots must")
                .hasMessageContaining("line 3: there is no key jobs.max");
    }

    @Test
    void intervalsLongerThanALookIsGoodForAreRefused() {
        assertRefused(
                "poll.interval = \"10s\"",
                "/etc/gpuq/gpuq.toml, line 1: poll.interval must be shorter than poll.max_age, or no GPU job would start");
    }

    @Test
    void whatIsNoTomlIsToldWhere() {
        assertThatThrownBy(() -> ConfigurationReader.parse(FILE, "[jobs]\nslots = = 3\n"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("/etc/gpuq/gpuq.toml, line 2: not TOML: ");
    }

    @Test
    void anEmptyPathMeansNone() throws ConfigurationException {
        assertThat(ConfigurationReader.parse(FILE, "logs.directory = \"\"").get(Keys.LOGS_DIRECTORY))
                .isEqualTo(Optional.empty());
    }
}
