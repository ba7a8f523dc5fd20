package org.gpuq.daemon.loop;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.engine.Engine;
import org.gpuq.core.engine.GpuWish;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.Outsider;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.engine.View;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;
import org.gpuq.daemon.port.JobOutput;
import org.gpuq.daemon.port.PollPace;
import org.gpuq.daemon.port.Queue;
import org.gpuq.daemon.port.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue: one thread owns the state, everybody else asks it through the {@link Inbox} or looks at what it published.
 */
public final class Loop implements Queue {
    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

    private final Inbox inbox;
    private final Parts parts;
    private final LoopSettings settings;
    private final Watchers watchers = new Watchers();
    private final Steps steps;
    private final Thread thread = new Thread(this::run, "loop");
    private volatile boolean closed;

    /** @param inbox which the launcher and the poller put their news in */
    public Loop(Inbox inbox, Parts parts, LoopSettings settings) {
        this(inbox, parts, settings, Engine::decide);
    }

    Loop(Inbox inbox, Parts parts, LoopSettings settings, Decider decider) {
        this.inbox = inbox;
        this.parts = parts;
        this.settings = settings;
        Effects effects = new Effects(parts.journal(), parts.launcher(), settings, inbox);
        steps = new Steps(inbox, parts, settings, decider, new Aftermath(parts, effects, watchers));
    }

    /**
     * Takes up where the journal ends. Jobs of an earlier daemon are asked after. To be called once, before
     * {@link #start} or the first {@link #step}.
     *
     * @param bootId the kernel's id of this boot: /proc/sys/kernel/random/boot_id
     * @throws IOException when the journal cannot be read
     */
    public void restore(String bootId) throws IOException {
        steps.begin(parts.journal().restore(), bootId);
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /**
     * Carries out what has come, on the caller's thread; instead of {@link #start}.
     *
     * @param waitNanos how long to wait when nothing has come, nanoseconds
     */
    void step(long waitNanos) throws InterruptedException {
        steps.step(waitNanos);
    }

    private void run() {
        try {
            while (!closed) {
                steps.step(Long.MAX_VALUE);
            }
        } catch (InterruptedException e) {
            LOG.debug("the loop was asked to end");
        } catch (RuntimeException | Error e) {
            LOG.error("The loop has ended by a fault of gpuq; jobs run on, and the next daemon takes them up", e);
            throw e;
        } finally {
            closed = true;
            inbox.close();
            watchers.close();
        }
    }

    /** Ends the thread when it has done what it is at; those who wait are refused. The journal stays open. */
    public void stop() throws InterruptedException {
        closed = true;
        inbox.wake();
        thread.join();
        inbox.close();
        watchers.close();
    }

    /** Whether the thread has ended; if nobody called {@link #stop}, by a fault that it logged. */
    public boolean ended() {
        return closed;
    }

    /** How eagerly the GPUs should be looked at now. Thread-safe. */
    public PollPace pace() {
        return PollPace.of(steps.published().state());
    }

    @Override
    public View view() {
        return steps.view(parts.clock().now());
    }

    @Override
    public JobId submit(JobSpec spec) throws RefusedException, InterruptedException {
        return submit(new Input.Submit(spec));
    }

    @Override
    public JobId submitOrSkip(JobSpec spec) throws RefusedException, InterruptedException {
        return submit(new Input.Submit(spec, true));
    }

    @Override
    public JobId adopt(Outsider process, User by, boolean administrator) throws RefusedException, InterruptedException {
        return submit(new Input.Adopt(process, by, administrator));
    }

    private JobId submit(Input wish) throws RefusedException, InterruptedException {
        return switch (inbox.ask(wish, false)) {
            case Answer.Accepted accepted -> accepted.job();
            case Answer.Refused refused -> throw new RefusedException(refused.refusal());
            case Answer.Done done -> throw new IllegalStateException("a submission is accepted or refused");
        };
    }

    @Override
    public void ask(Input.Wish wish) throws RefusedException, InterruptedException {
        granted(inbox.ask(wish, false));
    }

    @Override
    public void change(GpuWish wish) throws RefusedException, InterruptedException {
        granted(inbox.ask(new Input.OnGpu(wish), false));
    }

    @Override
    public void report(Input input) throws RefusedException, InterruptedException {
        granted(inbox.ask(input, true));
    }

    private static void granted(Answer answer) throws RefusedException {
        if (answer instanceof Answer.Refused refused) {
            throw new RefusedException(refused.refusal());
        }
    }

    @Override
    public EnvironmentId keep(List<RawBytes> environment) throws RefusedException {
        try {
            return parts.journal().keep(environment);
        } catch (IOException e) {
            throw failed("the environment cannot be stored: " + e.getMessage());
        }
    }

    @Override
    public List<RawBytes> environment(EnvironmentId id) throws RefusedException {
        try {
            return parts.journal().environment(id);
        } catch (IOException e) {
            throw failed("the job's environment cannot be read: " + e.getMessage());
        }
    }

    private static RefusedException failed(String message) {
        return new RefusedException(new Refusal(Refusal.Kind.FAILED, message, ""));
    }

    @Override
    public List<RawBytes> jobEnvironment(Job job) throws RefusedException {
        return JobEnvironment.of(environment(job.spec().environment()), job, settings.hideGpus());
    }

    @Override
    public Optional<RawBytes> output(Job job) {
        return JobOutput.path(settings.logsOf(job), job);
    }

    @Override
    public List<RawBytes> earlierOutputs(Job job) {
        return JobOutput.earlier(settings.logsOf(job), job);
    }

    @Override
    public Job await(JobId job, Predicate<Job> condition) throws RefusedException, InterruptedException {
        return watchers.await(job, condition, () -> steps.published().state());
    }

    /** How many calls of {@link #await} have not come back. */
    int waiting() {
        return watchers.size();
    }
}
