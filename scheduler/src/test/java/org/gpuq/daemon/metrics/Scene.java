package org.gpuq.daemon.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.job.End;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Resources;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Now;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.core.model.User;
import org.gpuq.daemon.port.Observer;

/** A queue and its GPUs, moved by hand; tells an observer what the loop would tell it. */
final class Scene {
    private static final Instant BEGIN = Instant.parse("2026-11-01T12:00:00Z");

    private final Observer observer;
    private final List<ObservedGpu> gpus = new ArrayList<>();
    private State state = State.EMPTY;
    private GpuSnapshot snapshot = GpuSnapshot.NONE;
    private Duration elapsed = Duration.ZERO;

    Scene(Observer observer) {
        this.observer = observer;
    }

    View view() {
        return new View(
                state, snapshot, Settings.DEFAULT, new Now(BEGIN.plus(elapsed), 1_000_000_000L + elapsed.toNanos()));
    }

    void pass(Duration time) {
        elapsed = elapsed.plus(time);
    }

    private void happen(Event event) {
        View before = view();
        state = Transitions.apply(state, event);
        observer.happened(event, before, view());
    }

    JobId submit(String user, int gpus) {
        JobId job = new JobId(state.nextId());
        JobSpec spec = new JobSpec(
                new User(1000 + user.hashCode() % 100, 1000, user),
                List.of(RawBytes.utf8("sleep"), RawBytes.utf8("secret")),
                RawBytes.utf8("/"),
                new EnvironmentId("00"),
                022,
                List.of(),
                Optional.of(RawBytes.utf8("secret\n\"label\"")),
                Optional.empty(),
                new Resources(gpus),
                List.of(),
                false);
        happen(new Event.Submitted(job, spec, view().now().wall()));
        return job;
    }

    void start(JobId job, String... uuids) {
        List<GpuId> ids = List.of(uuids).stream().map(GpuId::new).toList();
        happen(new Event.Starting(
                job, new Token(1, job.value()), ids, view().now().wall()));
        happen(new Event.Started(
                job, new JobProcess(100 + job.value(), 1, ""), view().now().wall()));
    }

    void end(JobId job, End end) {
        happen(new Event.Ended(job, end, view().now().wall(), view().now().monotonicNanos()));
    }

    void release(JobId job) {
        happen(new Event.LeaseEnded(job, view().now().wall()));
    }

    /** A GPU of which everything is known, with nothing on it but these processes. */
    void gpu(int index, GpuProcess... processes) {
        long used = List.of(processes).stream()
                .mapToLong(process -> process.memoryBytes().orElse(0))
                .sum();
        gpus.add(new ObservedGpu(
                new GpuId("GPU-" + index),
                index,
                "NVIDIA H100 80GB HBM3",
                OptionalDouble.of(0.25),
                OptionalLong.of(used),
                OptionalLong.of(80L << 30),
                OptionalInt.of(41),
                OptionalDouble.of(312.5),
                Optional.of(List.of(processes)),
                false,
                Optional.empty()));
    }

    /** A GPU that answers nothing but its name. */
    void dumbGpu(int index) {
        gpus.add(new ObservedGpu(
                new GpuId("GPU-" + index),
                index,
                "dumb",
                OptionalDouble.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                false,
                Optional.empty()));
    }

    void removeGpu(int index) {
        gpus.removeIf(gpu -> gpu.index() == index);
    }

    static GpuProcess process(int pid, GpuProcess.Owner owner, OptionalLong memory) {
        return new GpuProcess(pid, Optional.empty(), "python secret.py", memory, owner, Optional.empty());
    }

    void poll() {
        poll(new GpuSnapshot.Driver.Ready("580.159.04", true));
    }

    void poll(GpuSnapshot.Driver driver) {
        snapshot = new GpuSnapshot(driver, gpus, view().now().monotonicNanos());
        observer.polled(view());
    }
}
