package org.gpuq.cli.tsp;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.gpuq.cli.command.Call;
import org.gpuq.cli.render.Ends;
import org.gpuq.core.engine.Deed;
import org.gpuq.core.engine.Input;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.DaemonControl.Mode;
import org.gpuq.daemon.port.RefusedException;

/** What changes jobs or the queue: {@code -k -r -u -U -S -C -K}. */
final class Changing {
    private static final int SIGTERM = 15;

    private final Call call;

    Changing(Call call) {
        this.call = call;
    }

    /** Never to the number that a process had: it may be somebody else's by now. */
    int kill(Target target) throws TspException, RefusedException, InterruptedException {
        Job found = Showing.started(target.find(call, ListOrder::lastRun, Showing.NO_JOBS, Showing.NOT_STARTED));
        Job job = call.await(found.id(), now -> !(now.state() instanceof JobState.Starting));
        if (job.state() instanceof JobState.Ended ended) {
            call.warn("job " + job.id() + " is over (" + Ends.sentence(ended.end()) + "): there is nothing to signal");
        } else {
            call.queue().ask(new Input.Signal(job.id(), SIGTERM, call.user(), call.administrator()));
        }
        return Call.OK;
    }

    /** @param more further ids, which task-spooler does not know */
    int remove(Target target, List<RawBytes> more) throws TspException, InterruptedException {
        if (target.named().isEmpty()) {
            remove(target, "The last job cannot be removed.");
            return Call.OK;
        }
        int status = remove(target);
        for (RawBytes id : more) {
            status = Math.max(status, remove(new Target(Optional.of(id.latin1()))));
        }
        return status;
    }

    /** One of several: what is wrong with one does not keep the others. */
    private int remove(Target target) throws InterruptedException {
        return new Explained(asking -> {
                    remove(target, "The job %s cannot be removed.");
                    return Call.OK;
                })
                .run(call);
    }

    private void remove(Target target, String cannot) throws TspException, InterruptedException {
        Job job = target.find(call, ListOrder::lastAdded, cannot, cannot);
        ask(new Input.Remove(List.of(job.id()), call.user(), call.administrator()), said(cannot, job.id()));
    }

    int urgent(Target target) throws TspException, InterruptedException {
        String cannot = target.named().isPresent() ? "The job %s cannot be urged." : "The last job cannot be urged.";
        Job job = target.find(call, ListOrder::lastAdded, cannot, cannot);
        ask(new Input.Advance(job.id(), call.user(), call.administrator()), said(cannot, job.id()));
        return Call.OK;
    }

    private static String said(String cannot, JobId id) {
        return cannot.replace("%s", id.toString());
    }

    /** @param pair as typed, such as {@code 3-5} */
    int swap(String pair) throws TspException, InterruptedException {
        String wrong = "Wrong <id-id> for -U.";
        if (!pair.matches("[0-9]{1,10}-[0-9]{1,10}")) {
            throw TspException.of(wrong);
        }
        JobId one = Target.id(pair.substring(0, pair.indexOf('-')));
        JobId other = Target.id(pair.substring(pair.indexOf('-') + 1));
        if (one.equals(other)) {
            throw TspException.of(wrong + " Use different ids.");
        }
        ask(
                new Input.Swap(one, other, call.user(), call.administrator()),
                "The jobs " + one + " and " + other + " cannot be swapped.");
        return Call.OK;
    }

    int slots(Optional<String> number) throws TspException, RefusedException, InterruptedException {
        if (number.isEmpty()) {
            call.out(call.queue().view().slots() + "\n");
            return Call.OK;
        }
        if (!number.get().matches("0*[1-9][0-9]{0,8}")) {
            throw TspException.of("You should set at minimum 1 slot.");
        }
        call.queue().ask(new Input.SetSlots(Integer.parseInt(number.get()), call.user(), call.administrator()));
        return Call.OK;
    }

    /** Those of others stay, unless an administrator asks. */
    int clear() throws RefusedException, InterruptedException {
        call.queue().ask(new Input.Forget(Set.of(), call.user(), call.administrator()));
        long left = new ListOrder(call.queue().view())
                .ended().stream().filter(job -> !call.may(Deed.REMOVE, job)).count();
        if (left > 0) {
            call.warn(left + " finished jobs of others stay in the list: only an administrator may clear them");
        }
        return Call.OK;
    }

    /** The queue is forgotten and what runs goes on. A daemon for everybody stays: the next job gets the id 0. */
    int end() throws RefusedException, InterruptedException {
        call.queue().ask(new Input.Clear(call.user(), call.administrator()));
        if (call.services().daemon().status().mode() == Mode.EMBEDDED) {
            call.services().daemon().stop(call.user());
        }
        return Call.OK;
    }

    /** @param cannot what task-spooler's server says when it is refused */
    private void ask(Input.Wish wish, String cannot) throws TspException, InterruptedException {
        try {
            call.queue().ask(wish);
        } catch (RefusedException e) {
            String hint = e.refusal().hint();
            throw TspException.request(
                    cannot, Sentence.of(e.refusal().message()) + (hint.isEmpty() ? "" : " " + Sentence.of(hint)));
        }
    }
}
