package org.gpuq.daemon.loop;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.gpuq.core.engine.Engine;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.Settings;
import org.gpuq.core.engine.State;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Resources;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Now;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.core.model.User;
import org.gpuq.daemon.port.Journal;
import org.gpuq.daemon.port.PollPace;
import org.gpuq.daemon.port.RefusedException;

/** A loop without its thread: tests step it, and move its clock. Tokens count up from 1. */
final class Rig {
    static final User ANN = new User(1000, 1000, "ann");
    static final List<RawBytes> ENVIRONMENT = List.of(RawBytes.utf8("PATH=/bin"));
    static final String BOOT = "boot-1";

    final FakeLauncher launcher = new FakeLauncher();
    final Inbox inbox;
    final Journal journal;
    final List<Event> seen = new ArrayList<>();
    final List<PollPace> paces = new ArrayList<>();
    Loop loop;
    Decider decider = Engine::decide;

    private final AtomicLong nanos = new AtomicLong(Duration.ofHours(1).toNanos());
    private final AtomicLong tokens = new AtomicLong();

    Rig(Journal journal) throws IOException {
        this(journal, new Inbox(), 0);
    }

    Rig(Journal journal, Inbox inbox, long firstToken) throws IOException {
        this.journal = journal;
        this.inbox = inbox;
        tokens.set(firstToken);
        Parts parts = new Parts(
                journal,
                launcher,
                this::now,
                () -> new Token(0, tokens.incrementAndGet()),
                List.of((event, before, after) -> seen.add(event)),
                paces::add);
        LoopSettings settings = new LoopSettings(Settings.DEFAULT, RawBytes.utf8("/logs"), false, false, false);
        loop = new Loop(inbox, parts, settings, (state, around, input) -> decider.decide(state, around, input));
        loop.restore(BOOT);
    }

    Now now() {
        return new Now(Instant.EPOCH.plusNanos(nanos.get()), nanos.get());
    }

    void pass(Duration time) throws InterruptedException {
        nanos.addAndGet(time.toNanos());
        step();
    }

    void step() throws InterruptedException {
        loop.step(0);
    }

    State state() {
        return loop.view().state();
    }

    Job job(int id) {
        return state().job(new JobId(id)).orElseThrow();
    }

    JobSpec spec(int gpus, boolean foreground) throws RefusedException {
        return new JobSpec(
                ANN,
                List.of(RawBytes.utf8("true")),
                RawBytes.utf8("/"),
                loop.keep(ENVIRONMENT),
                0022,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                new Resources(gpus),
                List.of(),
                foreground);
    }

    /** Asks on another thread, and waits until the question is in the inbox. */
    <T> CompletableFuture<T> ask(Asking<T> asking) throws InterruptedException {
        return ask(asking, inbox::size);
    }

    /** How many wait for something to become true of a job. */
    int waiting() {
        return loop.waiting();
    }

    /** Asks on another thread, and waits until {@code arrived} has changed or there is an answer. */
    <T> CompletableFuture<T> ask(Asking<T> asking, IntSupplier arrived) throws InterruptedException {
        CompletableFuture<T> answer = new CompletableFuture<>();
        int before = arrived.getAsInt();
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(asking.ask());
            } catch (RefusedException | InterruptedException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        while (arrived.getAsInt() == before && !answer.isDone()) {
            Thread.sleep(1);
        }
        return answer;
    }

    /** A question to the queue. */
    interface Asking<T> {
        T ask() throws RefusedException, InterruptedException;
    }

    CompletableFuture<JobId> submit(int gpus) throws Exception {
        JobSpec spec = spec(gpus, false);
        return ask(() -> loop.submit(spec));
    }

    JobId submitted(int gpus) throws Exception {
        CompletableFuture<JobId> answer = submit(gpus);
        step();
        return answer.get();
    }

    void launched(long token) throws InterruptedException {
        inbox.fact(new Input.Launched(new Token(0, token), new JobProcess(1, 2, ""), now().wall()));
        step();
    }

    void exited(long token) throws InterruptedException {
        inbox.fact(new Input.Exited(new Token(0, token), new ExitStatus.Exited(0), Usage.NONE, now().wall()));
        step();
    }

    void poll(int gpus) throws InterruptedException {
        List<ObservedGpu> all = new ArrayList<>();
        for (int i = 0; i < gpus; i++) {
            all.add(new ObservedGpu(
                    new GpuId("GPU-" + i),
                    i,
                    "H100",
                    OptionalDouble.of(0),
                    OptionalLong.of(0),
                    OptionalLong.of(80L << 30),
                    OptionalInt.empty(),
                    OptionalDouble.empty(),
                    Optional.of(List.of()),
                    false,
                    Optional.empty()));
        }
        nanos.addAndGet(1_000);
        inbox.polled(new GpuSnapshot(new GpuSnapshot.Driver.Ready("580", true), all, nanos.get()));
        step();
    }
}
