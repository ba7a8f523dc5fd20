package org.gpuq;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.core.model.User;
import org.gpuq.daemon.journal.SqliteJournal;
import org.gpuq.daemon.metrics.Metrics;
import org.gpuq.daemon.metrics.MetricsStatus;
import org.gpuq.daemon.port.DaemonControl;

/** The daemon as its commands see it. */
final class RunningDaemon implements DaemonControl {
    private final Arguments arguments;
    private final Setup setup;
    private final long startedNanos = System.nanoTime();
    private final Launching launching;
    private final Metrics metrics;
    private final Supplier<View> view;
    private final Stopping stopping;
    private final Audit audit;
    private final Kept kept;

    RunningDaemon(
            Arguments arguments,
            Setup setup,
            Launching launching,
            Metrics metrics,
            Supplier<View> view,
            Stopping stopping,
            Audit audit,
            Kept kept) {
        this.arguments = arguments;
        this.setup = setup;
        this.launching = launching;
        this.metrics = metrics;
        this.view = view;
        this.stopping = stopping;
        this.audit = audit;
        this.kept = kept;
    }

    @Override
    public Status status() {
        return new Status(
                ProcessHandle.current().pid(),
                launching.pid(),
                Version.TEXT,
                Duration.ofNanos(System.nanoTime() - startedNanos),
                arguments.shared() ? Mode.SHARED : Mode.EMBEDDED,
                RawBytes.utf8(arguments.socket().toString()),
                metricsAddress(),
                driver(),
                launching.controls(),
                launching.cgroup().map(RawBytes::new),
                launching.confinement(setup.confinesGpus()));
    }

    @Override
    public Health health() throws InterruptedException {
        return new Health(
                Runtime.version().toString(),
                launching.protocol(),
                launching.supervisors(),
                kept.bytes(),
                SqliteJournal.FORMAT,
                kept.lastCrash());
    }

    private Optional<String> metricsAddress() {
        return metrics.status() instanceof MetricsStatus.Serving serving
                ? Optional.of(serving.uri().toString())
                : Optional.empty();
    }

    private String driver() {
        return switch (view.get().gpus().driver()) {
            case Driver.Ready ready -> ready.version() + (ready.simulated() ? " (simulated)" : "");
            case Driver.Absent absent -> absent.reason();
            case Driver.Failing failing -> failing.reason();
        };
    }

    @Override
    public Joined join(Job job, Token token, int pid) throws InterruptedException {
        return launching.join(job, token, pid);
    }

    @Override
    public void leave(Token token, boolean kill) {
        launching.leave(token, kill);
    }

    @Override
    public void stop(User by) {
        audit.stopped(by);
        stopping.ask();
    }

    @Override
    public void backup(Path file) throws IOException {
        kept.backup(file);
    }

    @Override
    public List<Setting> configuration() {
        return setup.settings();
    }
}
