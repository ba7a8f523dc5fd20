package org.gpuq.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.gpuq.core.engine.Decision;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.engine.Engine;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.Settings;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.Surroundings;
import org.gpuq.core.engine.Transitions;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Run;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Now;
import org.gpuq.core.model.Token;
import org.gpuq.core.model.User;

/** A queue without a daemon: inputs go in, events are kept and applied, and time passes when a test says so. */
public final class Machine {
    public static final Instant EPOCH = Instant.parse("2026-03-01T12:00:00Z");
    public static final Usage USAGE = new Usage(10, 20, 30, 40);

    private final Settings settings;
    private final List<Event> journal = new ArrayList<>();
    private State state = State.EMPTY;
    private GpuSnapshot seen = GpuSnapshot.NONE;
    private Duration uptime = Duration.ofDays(3);
    private long tokens;

    public Machine(Settings settings) {
        this.settings = settings;
    }

    /** A machine whose GPUs have just been seen to be free. */
    public static Machine withGpus(int count) {
        Machine machine = new Machine(Settings.DEFAULT);
        machine.poll(Gpus.clean(0, count));
        return machine;
    }

    public State state() {
        return state;
    }

    public List<Event> journal() {
        return journal;
    }

    public View view() {
        return new View(state, seen, settings, now());
    }

    public Now now() {
        return new Now(EPOCH.plus(uptime), uptime.toNanos());
    }

    public void pass(Duration time) {
        uptime = uptime.plus(time);
    }

    public Decision give(Input input) {
        Decision decision = Engine.decide(state, new Surroundings(now(), seen, settings, this::token), input);
        for (Event event : decision.events()) {
            state = Transitions.apply(state, event);
            journal.add(event);
        }
        return decision;
    }

    private Token token() {
        return new Token(7, tokens++);
    }

    /** A look at the GPUs that begins a second from now and comes back at once. */
    public Decision poll(List<ObservedGpu> gpus) {
        pass(Duration.ofSeconds(1));
        return poll(Gpus.READY, gpus, now().monotonicNanos());
    }

    public Decision poll(ObservedGpu... gpus) {
        return poll(List.of(gpus));
    }

    public Decision poll(Driver driver, List<ObservedGpu> gpus, long begunNanos) {
        seen = new GpuSnapshot(driver, gpus, begunNanos);
        return give(new Input.Polled());
    }

    public JobId submit(JobSpec spec) {
        Answer answer = give(new Input.Submit(spec)).answer();
        if (answer instanceof Answer.Accepted accepted) {
            return accepted.job();
        }
        throw new AssertionError(spec + ": " + answer);
    }

    public Answer cancel(User by, JobId... jobs) {
        return give(new Input.Cancel(List.of(jobs), by, false)).answer();
    }

    public Answer forget(User by, JobId... jobs) {
        return give(new Input.Forget(Set.of(jobs), by, false)).answer();
    }

    /** Its process has started. */
    public void launched(JobId id) {
        give(new Input.Launched(token(id), new JobProcess(4000 + id.value(), 1, ""), now().wall()));
    }

    /** Its process has exited. */
    public void exited(JobId id, int code) {
        give(new Input.Exited(token(id), new ExitStatus.Exited(code), USAGE, now().wall()));
    }

    public void processesGone(JobId id) {
        give(new Input.ProcessesGone(token(id)));
    }

    public Job job(JobId id) {
        return state.job(id).orElseThrow();
    }

    /** {@code queued}, {@code running} and so on. */
    public String word(JobId id) {
        return job(id).state().word();
    }

    public Token token(JobId id) {
        return run(id).map(Run::token).orElseThrow();
    }

    public Optional<Run> run(JobId id) {
        return job(id).state().maybeRun();
    }
}
