package org.gpuq.cli.tsp;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.gpuq.cli.command.Call;
import org.gpuq.cli.command.Foreground;
import org.gpuq.cli.command.Wish;
import org.gpuq.cli.tsp.JobOptions.Parent;
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
        JobSpec checked = spec(command, Optional.empty()); // before anything is run for it
        boolean released = !options.stored() && !options.foreground();
        if (released && !Foreground.inBackground(call)) {
            return Call.OK;
        }
        Optional<List<RawBytes>> remark = Remark.ask(call);
        JobId id = submit(remark.isEmpty() ? checked : spec(command, remark), command, remark);
        if (released) {
            return new Foreground(call.services()).attendReleased(call, id);
        }
        if (checked.foreground()) {
            return new Foreground(call.services()).attendAndForget(call, id);
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

    private JobSpec spec(List<RawBytes> command, Optional<List<RawBytes>> remark)
            throws TspException, RefusedException {
        RawBytes label =
                options.label().orElseGet(() -> RawBytes.utf8(call.user().name()));
        List<JobId> parents = switch (options.follows()) {
            case Parent.None none -> List.of();
            case Parent.Latest latest -> latest();
            case Parent.Named named -> Target.ids(named.ids());
        };
        JobSpec spec = new Wish(
                        command,
                        label,
                        options.gpus(),
                        options.slots(),
                        parents,
                        !options.stored(),
                        Destination.of(call, options))
                .spec(call);
        return remark.isEmpty()
                ? spec
                : spec.with(spec.delivery().noting(call.queue().keep(remark.get())));
    }

    /** The one that the caller added last; another user's is none of theirs. */
    private List<JobId> latest() {
        return call.queue().view().state().latest(call.user()).map(Job::id).stream()
                .toList();
    }

    /**
     * Task-spooler waits for room when the queue is full, unless it is told not to. What is stored beside the job is kept
     * anew each time: it may be long until there is room.
     */
    private JobId submit(JobSpec first, List<RawBytes> command, Optional<List<RawBytes>> remark)
            throws TspException, RefusedException, InterruptedException {
        JobSpec spec = first;
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
            spec = spec(command, remark);
        }
    }
}
