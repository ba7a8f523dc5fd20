package org.gpuq.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.gpuq.core.engine.Decision;
import org.gpuq.core.engine.Engine;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.GpuWish;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.Outsider;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.engine.Settings;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.Surroundings;
import org.gpuq.core.engine.Transitions;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Now;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.core.model.User;
import org.gpuq.daemon.port.Queue;
import org.gpuq.daemon.port.RefusedException;

/** The real engine without a journal, and with a clock that stands still until it is moved. */
public final class FakeQueue implements Queue {
    private final Map<EnvironmentId, List<RawBytes>> environments = new HashMap<>();
    private final List<Input> reports = new ArrayList<>();
    private State state = State.EMPTY;
    private GpuSnapshot gpus = GpuSnapshot.NONE;
    private Settings settings = Settings.DEFAULT;
    private Instant wall = Sample.NOON;
    private long nanos;
    private long tokens;

    public synchronized void gpus(GpuSnapshot snapshot) {
        gpus = new GpuSnapshot(snapshot.driver(), snapshot.gpus(), nanos);
        feed(new Input.Polled());
    }

    public synchronized void slots(int slots) {
        settings = new Settings(
                slots,
                settings.cancelGrace(),
                settings.snapshotMaxAge(),
                settings.baselineBytes(),
                settings.baselineRatio(),
                settings.keepEnded(),
                settings.maxQueued());
    }

    public synchronized void pass(Duration time) {
        wall = wall.plus(time);
        nanos += time.toNanos();
        gpus = new GpuSnapshot(gpus.driver(), gpus.gpus(), nanos);
        feed(new Input.Tick());
    }

    /** The job's process runs. */
    public synchronized void launched(JobId id) {
        feed(new Input.Launched(token(id), new JobProcess(4000 + id.value(), 77, ""), wall));
    }

    /** The job's process ended, and nothing of it is left. */
    public synchronized void exited(JobId id, ExitStatus status, Duration ran) {
        Token token = token(id);
        feed(new Input.Exited(token, status, new Usage(1_500_000, 250_000, 3L << 30, ran.toNanos() / 1000), wall));
        feed(new Input.ProcessesGone(token));
    }

    public synchronized Token token(JobId id) {
        return state.job(id).orElseThrow().state().maybeRun().orElseThrow().token();
    }

    public synchronized List<Input> reports() {
        return List.copyOf(reports);
    }

    public synchronized Decision.Answer feed(Input input) {
        Surroundings surroundings =
                new Surroundings(new Now(wall, nanos), gpus, settings, () -> new Token(0xabc, ++tokens));
        Decision decision = Engine.decide(state, surroundings, input);
        for (Event event : decision.events()) {
            state = Transitions.apply(state, event);
        }
        notifyAll();
        return decision.answer();
    }

    @Override
    public synchronized View view() {
        return new View(state, gpus, settings, new Now(wall, nanos));
    }

    @Override
    public JobId submit(JobSpec spec) throws RefusedException {
        return submit(new Input.Submit(spec));
    }

    @Override
    public JobId submitOrSkip(JobSpec spec) throws RefusedException {
        return submit(new Input.Submit(spec, true));
    }

    @Override
    public JobId adopt(Outsider process, User by, boolean administrator) throws RefusedException {
        return submit(new Input.Adopt(process, by, administrator));
    }

    private JobId submit(Input wish) throws RefusedException {
        return switch (feed(wish)) {
            case Decision.Answer.Accepted accepted -> accepted.job();
            case Decision.Answer.Refused refused -> throw new RefusedException(refused.refusal());
            case Decision.Answer.Done done -> throw new IllegalStateException("no answer to a submission");
        };
    }

    @Override
    public void ask(Input.Wish wish) throws RefusedException {
        if (feed(wish) instanceof Decision.Answer.Refused refused) {
            throw new RefusedException(refused.refusal());
        }
    }

    @Override
    public void change(GpuWish wish) throws RefusedException {
        if (feed(new Input.OnGpu(wish)) instanceof Decision.Answer.Refused refused) {
            throw new RefusedException(refused.refusal());
        }
    }

    @Override
    public synchronized void report(Input input) {
        reports.add(input);
        feed(input);
    }

    @Override
    public synchronized EnvironmentId keep(List<RawBytes> environment) {
        EnvironmentId id = new EnvironmentId(Integer.toHexString(environment.hashCode()));
        environments.put(id, environment);
        return id;
    }

    @Override
    public synchronized List<RawBytes> environment(EnvironmentId id) {
        return environments.getOrDefault(id, List.of());
    }

    @Override
    public List<RawBytes> jobEnvironment(Job job) {
        List<RawBytes> all = new ArrayList<>(environment(job.spec().environment()));
        all.add(RawBytes.utf8("GPUQ_JOB_ID=" + job.id()));
        return all;
    }

    @Override
    public List<RawBytes> earlierOutputs(Job job) {
        return List.of();
    }

    @Override
    public Optional<RawBytes> output(Job job) {
        boolean kept = !job.spec().foreground() && job.state().maybeRun().isPresent();
        return kept ? Optional.of(RawBytes.utf8("/state/output/" + job.id() + ".log")) : Optional.empty();
    }

    @Override
    public synchronized Job await(JobId id, Predicate<Job> condition) throws RefusedException, InterruptedException {
        while (true) {
            Optional<Job> job = state.job(id);
            if (job.isEmpty()) {
                throw new RefusedException(new Refusal(Refusal.Kind.NOT_FOUND, "there is no job " + id, ""));
            }
            if (condition.test(job.get())) {
                return job.get();
            }
            wait();
        }
    }
}
