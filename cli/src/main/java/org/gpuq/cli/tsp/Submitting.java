package org.gpuq.cli.tsp;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.gpuq.cli.command.Call;
import org.gpuq.cli.command.Foreground;
import org.gpuq.cli.command.Wish;
import org.gpuq.cli.tsp.JobOptions.Parent;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.RefusedException;

/** Queues a command. */
final class Submitting {
    private static final int QUEUE_FULL = 2;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private final Call call;
    private final JobOptions options;

    Submitting(Call call, JobOptions options) {
        this.call = call;
        this.options = options;
    }

    int run(List<RawBytes> command) throws TspException, RefusedException, InterruptedException {
        if (options.mail() && (!options.stored() || options.gzip())) {
            throw TspException.of("For e-mail, you should store the output (not through gzip)");
        }
        JobSpec spec = spec(command);
        boolean released = !options.stored() && !options.foreground();
        if (released && !Foreground.inBackground(call)) {
            return Call.OK;
        }
        JobId id = submit(spec);
        if (released) {
            return new Foreground(call.services()).attendReleased(call, id);
        }
        if (spec.foreground()) {
            int status = new Foreground(call.services()).attend(call, id);
            forget(id);
            return status;
        }
        call.out(id + "\n");
        if (options.foreground()) {
            return Waiting.until(call, id);
        }
        if (call.request().terminal().stderr()) {
            call.remark(Wish.outlook(call.queue().view(), id));
        }
        return Call.OK;
    }

    /** What ran in the caller's terminal is not kept in the list, unless its GPUs are not clean yet. */
    private void forget(JobId id) throws InterruptedException {
        try {
            call.queue().ask(new Input.Forget(Set.of(id), call.user(), call.administrator()));
        } catch (RefusedException e) {
            // Then it stays in the list: nothing depends on that.
        }
    }

    private JobSpec spec(List<RawBytes> command) throws TspException, RefusedException {
        RawBytes label =
                options.label().orElseGet(() -> RawBytes.utf8(call.user().name()));
        List<JobId> parents = switch (options.follows()) {
            case Parent.None none -> List.of();
            case Parent.Latest latest -> latest();
            case Parent.Named named -> Target.ids(named.ids());
        };
        return new Wish(
                        command,
                        label,
                        options.gpus(),
                        options.slots(),
                        parents,
                        !options.stored(),
                        Destination.of(call, options))
                .spec(call);
    }

    /** The one that the caller added last; another user's is none of theirs. */
    private List<JobId> latest() {
        return call.queue().view().state().latest(call.user()).map(Job::id).stream()
                .toList();
    }

    /** Task-spooler waits for room when the queue is full, unless it is told not to. */
    private JobId submit(JobSpec spec) throws TspException, RefusedException, InterruptedException {
        while (true) {
            try {
                return call.queue().submitOrSkip(spec);
            } catch (RefusedException e) {
                if (e.refusal().kind() != Refusal.Kind.FULL) {
                    throw e;
                }
                if (!options.patient()) {
                    throw TspException.exiting("Error, queue full", e.refusal().message(), QUEUE_FULL);
                }
                if (call.client().gone()) {
                    throw e;
                }
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }
}
