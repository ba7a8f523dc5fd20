package org.gpuq.cli.command;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
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
import org.gpuq.daemon.port.Queue;
import org.gpuq.daemon.port.RefusedException;

/** The queue as one caller may see it. Commands get no other, so none of them can show more by mistake. */
final class SeenQueue implements Queue {
    private final Queue queue;
    private final Sight sight;

    SeenQueue(Queue queue, Sight sight) {
        this.queue = queue;
        this.sight = sight;
    }

    @Override
    public View view() {
        return sight.of(queue.view());
    }

    @Override
    public JobId submit(JobSpec spec) throws RefusedException, InterruptedException {
        return queue.submit(spec);
    }

    @Override
    public JobId submitOrSkip(JobSpec spec) throws RefusedException, InterruptedException {
        return queue.submitOrSkip(spec);
    }

    @Override
    public JobId adopt(Outsider process, User by, boolean administrator) throws RefusedException, InterruptedException {
        return queue.adopt(process, by, administrator);
    }

    @Override
    public void ask(Input.Wish wish) throws RefusedException, InterruptedException {
        queue.ask(wish);
    }

    @Override
    public void change(GpuWish wish) throws RefusedException, InterruptedException {
        queue.change(wish);
    }

    @Override
    public void report(Input input) throws RefusedException, InterruptedException {
        queue.report(input);
    }

    @Override
    public EnvironmentId keep(List<RawBytes> environment) throws RefusedException {
        return queue.keep(environment);
    }

    /** Whoever runs a job takes it from the queue itself; nobody is shown one. */
    @Override
    public List<RawBytes> environment(EnvironmentId id) throws RefusedException {
        throw hidden();
    }

    @Override
    public Optional<List<RawBytes>> remark(Job job) throws RefusedException {
        return queue.remark(sight.of(job));
    }

    @Override
    public List<RawBytes> jobEnvironment(Job job) throws RefusedException {
        throw hidden();
    }

    private static RefusedException hidden() {
        return new RefusedException(
                new Refusal(Refusal.Kind.NOT_PERMITTED, "the environment of a job is shown to nobody", ""));
    }

    @Override
    public Optional<RawBytes> output(Job job) {
        return queue.output(job);
    }

    @Override
    public List<RawBytes> earlierOutputs(Job job) {
        return queue.earlierOutputs(job);
    }

    @Override
    public Job await(JobId job, Predicate<Job> condition) throws RefusedException, InterruptedException {
        return sight.of(queue.await(job, condition));
    }
}
