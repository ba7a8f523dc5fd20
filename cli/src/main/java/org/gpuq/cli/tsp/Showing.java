package org.gpuq.cli.tsp;

import org.gpuq.cli.command.Call;
import org.gpuq.cli.render.Ends;
import org.gpuq.core.engine.Deed;
import org.gpuq.core.job.End;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Run;
import org.gpuq.core.job.StartFailure.Stage;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.RefusedException;

/** A job's output, where it is, and its process: {@code -c -t -o -p}. */
final class Showing {
    static final String NO_JOBS = "No jobs.";
    static final String NOT_STARTED = "Job %s not finished or not running.";

    private static final long TAIL_LINES = 10;

    private final Call call;
    private final Target target;

    Showing(Call call, Target target) {
        this.call = call;
        this.target = target;
    }

    int cat() throws TspException, RefusedException, InterruptedException {
        return copy(0, " Cannot cat.");
    }

    int tail() throws TspException, RefusedException, InterruptedException {
        return copy(-TAIL_LINES, " Cannot tail.");
    }

    int output() throws TspException, RefusedException, InterruptedException {
        RawBytes path = path(begun(), "");
        call.out(path.bytes());
        call.out("\n");
        return Call.OK;
    }

    int pid() throws TspException, RefusedException, InterruptedException {
        Job job = begun();
        int pid = job.state()
                .maybeRun()
                .flatMap(Run::process)
                .map(JobProcess::pid)
                .orElseThrow(() -> TspException.request("Job " + job.id() + " has no process.", whyNot(job)));
        call.out(pid + "\n");
        return Call.OK;
    }

    /** {@code q} opens the file itself, with the caller's rights; goes on until the job has ended, and exits as it did. */
    private int copy(long offset, String cannot) throws TspException, RefusedException, InterruptedException {
        Job job = begun();
        RawBytes output = path(job, cannot);
        if (!call.may(Deed.READ_OUTPUT, job)) {
            throw TspException.request(
                    "The output of job " + job.id() + " is not yours to read." + cannot,
                    "It belongs to " + job.spec().user().name() + ": ask its owner.");
        }
        boolean grows = job.state().active();
        if (!(job.state() instanceof JobState.Ended over && over.end() instanceof End.NotStarted not)
                || not.failure().stage() == Stage.EXEC) {
            call.client().showFile(output, offset, grows);
        }
        if (grows) {
            job = call.await(job.id(), found -> found.state() instanceof JobState.Ended);
            call.client().endFile();
        }
        if (!(job.state() instanceof JobState.Ended ended)) {
            throw new IllegalStateException("job " + job.id() + " was awaited and has not ended");
        }
        if (ended.end() instanceof End.NotStarted || ended.end() instanceof End.Lost) {
            call.warn("job " + job.id() + ": " + Ends.sentence(ended.end()));
        }
        return Outcome.exitStatus(ended.end());
    }

    private RawBytes path(Job job, String cannot) throws TspException {
        return call.queue().output(job).orElseThrow(() -> TspException.of("The output is not stored." + cannot));
    }

    /** The job once its process runs, or once it is over. */
    private Job begun() throws TspException, RefusedException, InterruptedException {
        Job job = started(target.find(call, ListOrder::lastRun, NO_JOBS, NOT_STARTED));
        return job.state() instanceof JobState.Starting
                ? call.await(job.id(), found -> !(found.state() instanceof JobState.Starting))
                : job;
    }

    /** The same job, unless it never had its turn, or has not yet. */
    static Job started(Job job) throws TspException {
        switch (job.state()) {
            case JobState.Queued queued -> throw notStarted(job, "It waits: 'q show " + job.id() + "' says what for.");
            case JobState.Starting starting -> {}
            case JobState.Running running -> {}
            case JobState.Ended ended -> {
                if (ended.end() instanceof End.Skipped) {
                    throw TspException.request("Job " + job.id() + " was skipped due to a dependency.", "");
                }
                if (Outcome.skipped(ended.end())) {
                    throw notStarted(job, Sentence.of(Ends.sentence(ended.end())));
                }
            }
        }
        return job;
    }

    private static TspException notStarted(Job job, String why) {
        return TspException.request(NOT_STARTED.replace("%s", job.id().toString()), why);
    }

    private static String whyNot(Job job) {
        return job.state() instanceof JobState.Ended ended ? Sentence.of(Ends.sentence(ended.end())) : "";
    }
}
