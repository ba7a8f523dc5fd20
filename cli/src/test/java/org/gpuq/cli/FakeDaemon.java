package org.gpuq.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.core.model.User;
import org.gpuq.daemon.port.DaemonControl;

/** A daemon that only remembers whether it was stopped. */
public final class FakeDaemon implements DaemonControl {
    public boolean stopped;
    public Optional<Path> backup = Optional.empty();

    @Override
    public Status status() {
        return new Status(
                500,
                OptionalLong.of(501),
                "0.1.0",
                Duration.ofSeconds(192),
                Mode.EMBEDDED,
                RawBytes.utf8("/run/user/1001/gpuq/q.sock"),
                Optional.of("http://127.0.0.1:9711/metrics"),
                "580.159.04",
                7,
                Optional.empty(),
                new Confinement.Off());
    }

    @Override
    public Health health() {
        return new Health(
                "25.0.1+8",
                OptionalInt.of(4),
                OptionalInt.of(3),
                1_300_000,
                1,
                Optional.of(new Crash(Crash.Victim.DAEMON, Sample.NOON, "signal 9")));
    }

    @Override
    public void backup(Path file) {
        backup = Optional.of(file);
    }

    @Override
    public Joined join(Job job, Token token, int pid) {
        return new Joined(0, "/sys/fs/cgroup/gpuq-job-" + job.id());
    }

    @Override
    public void leave(Token token, boolean kill) {}

    @Override
    public void stop(User by) {
        stopped = true;
    }

    @Override
    public List<Setting> configuration() {
        return List.of(new Setting("jobs.slots", "4", "1", "/etc/gpuq/gpuq.toml:3", "CPU jobs that may run at once."));
    }
}
