package org.gpuq.grafana;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.Settings;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.Transitions;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.job.End;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Resources;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Now;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.core.model.User;
import org.gpuq.daemon.metrics.Metrics;
import org.gpuq.daemon.metrics.MetricsStatus;

/**
 * The daemon's exporter, told of a day on which everything happened that it has a metric for. Its clock is the real one,
 * so that counters grow while somebody looks.
 */
final class Showcase implements AutoCloseable {
    private static final User ANN = new User(1001, 1001, "ann");

    private final Metrics metrics;
    private volatile State state = State.EMPTY;

    Showcase() {
        metrics = Metrics.start(
                Optional.of(new InetSocketAddress(Metrics.loopback(), 0)), this::view, "0.0", Instant.now());
        JobId cpu = submit(0);
        start(cpu);
        happen(new Event.Ended(cpu, new End.Finished(new Usage(0, 0, 0, 1_000_000)), Instant.now(), System.nanoTime()));
        JobId gpu = submit(1);
        start(gpu, "GPU-0");
        happen(new Event.Ended(gpu, new End.Lost("nobody knows"), Instant.now(), System.nanoTime()));
        happen(new Event.LeaseEnded(gpu, Instant.now()));
        start(submit(1), "GPU-0");
        submit(3);
        submit(0);
        metrics.polled(view());
    }

    URI uri() throws InterruptedException {
        Instant end = Instant.now().plus(Duration.ofSeconds(60));
        while (metrics.status() instanceof MetricsStatus.Starting
                && Instant.now().isBefore(end)) {
            Thread.sleep(5);
        }
        if (metrics.status() instanceof MetricsStatus.Serving serving) {
            return serving.uri();
        }
        throw new IllegalStateException("the exporter does not serve: " + metrics.status());
    }

    private View view() {
        Now now = new Now(Instant.now(), System.nanoTime());
        GpuSnapshot.Driver driver = new GpuSnapshot.Driver.Ready("580.159.04", true);
        List<ObservedGpu> gpus =
                List.of(gpu(0, Owner.JOB), gpu(1, Owner.FOREIGN), gpu(2, Owner.DISPLAY), gpu(3, Owner.UNKNOWN));
        return new View(state, new GpuSnapshot(driver, gpus, now.monotonicNanos()), Settings.DEFAULT, now);
    }

    private static ObservedGpu gpu(int index, Owner owner) {
        GpuProcess process = new GpuProcess(
                100 + index, Optional.of(ANN), "python", OptionalLong.of(300L << 20), owner, Optional.empty());
        return new ObservedGpu(
                new GpuId("GPU-" + index),
                index,
                "NVIDIA H100 80GB HBM3",
                OptionalDouble.of(0.5),
                OptionalLong.of(300L << 20),
                OptionalLong.of(80L << 30),
                OptionalInt.of(40),
                OptionalDouble.of(200),
                Optional.of(List.of(process)),
                false,
                Optional.empty());
    }

    private JobId submit(int gpus) {
        JobId job = new JobId(state.nextId());
        JobSpec spec = new JobSpec(
                ANN,
                List.of(RawBytes.utf8("true")),
                RawBytes.utf8("/"),
                new EnvironmentId("00"),
                022,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                new Resources(gpus),
                List.of(),
                false);
        happen(new Event.Submitted(job, spec, Instant.now()));
        return job;
    }

    private void start(JobId job, String... uuids) {
        List<GpuId> ids = List.of(uuids).stream().map(GpuId::new).toList();
        happen(new Event.Starting(job, new Token(1, job.value()), ids, Instant.now()));
        happen(new Event.Started(job, new JobProcess(100 + job.value(), 1, ""), Instant.now()));
    }

    private void happen(Event event) {
        View before = view();
        state = Transitions.apply(state, event);
        metrics.happened(event, before, view());
    }

    @Override
    public void close() {
        metrics.close();
    }
}
