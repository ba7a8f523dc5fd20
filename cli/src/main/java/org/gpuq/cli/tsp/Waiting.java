package org.gpuq.cli.tsp;

import java.util.List;
import org.gpuq.cli.command.Call;
import org.gpuq.cli.render.Ends;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.job.End;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.RefusedException;

/** How a job stands, and waiting until it is over: {@code -s -w}. */
final class Waiting {
    private Waiting() {}

    static int state(Call call, Target target) throws TspException, InterruptedException {
        Job job = target.find(
                call, ListOrder::lastAdded, "The last job cannot be stated.", "The job %s cannot be stated.");
        call.out(word(job) + "\n");
        return Call.OK;
    }

    private static String word(Job job) {
        return switch (job.state()) {
            case JobState.Queued queued -> "queued";
            case JobState.Starting starting -> "running";
            case JobState.Running running -> "running";
            case JobState.Ended ended -> Outcome.skipped(ended.end()) ? "skipped" : "finished";
        };
    }

    static int until(Call call, Target target) throws TspException, RefusedException, InterruptedException {
        Job job = target.find(
                call, ListOrder::lastAdded, "The last job cannot be waited.", "The job %s cannot be waited.");
        return until(call, job.id());
    }

    /** Waits for its end; {@code q} exits as it did. */
    static int until(Call call, JobId id) throws TspException, RefusedException, InterruptedException {
        End end = end(call, id);
        String sentence = "job " + id + ": " + Ends.sentence(end);
        switch (end) {
            case End.Finished finished -> {}
            case End.Failed failed -> {}
            case End.TimedOut late -> call.warn(sentence);
            case End.Skipped skipped -> call.remark(sentence);
            case End.NotStarted notStarted -> call.remark(sentence);
            case End.Cancelled cancelled -> call.warn(sentence);
            case End.Lost lost -> call.warn(sentence);
            case End.Departed departed -> call.warn(sentence);
            case End.MadeWay madeWay -> call.warn(sentence);
        }
        return Outcome.exitStatus(end);
    }

    private static End end(Call call, JobId id) throws TspException, RefusedException, InterruptedException {
        try {
            call.client().retryAs(List.of(RawBytes.utf8("-w"), RawBytes.utf8(id.toString())));
            Job job = call.await(id, found -> found.state() instanceof JobState.Ended);
            if (job.state() instanceof JobState.Ended ended) {
                return ended.end();
            }
            throw new IllegalStateException("job " + id + " was awaited and has not ended");
        } catch (RefusedException e) {
            if (e.refusal().kind() != Refusal.Kind.REMOVED) {
                throw e;
            }
            throw TspException.request(
                    "The job " + id + " cannot be waited.", "It was removed from the list meanwhile (-r, -C or -K).");
        }
    }
}
