package org.gpuq.cli.command;

import java.util.ArrayList;
import java.util.List;
import org.gpuq.cli.render.Ends;
import org.gpuq.core.engine.Deed;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.job.End;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.policy.WaitReason;
import org.gpuq.daemon.port.RefusedException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints a job's output. */
@Command(
        name = "logs",
        header = "Print a job's output.",
        optionListHeading = "%n",
        customSynopsis = "q logs [-f] [-n N] ID",
        description = {"", "q opens the file itself, so it takes the right to read it."},
        footer = {
            "",
            "Examples:",
            "  q logs 12",
            "  q logs -f 12          as it grows, until the job ends",
            "  q logs -n 20 12       the last 20 lines",
            "  q logs --attempt 1 12 of its first run, when there was another"
        })
final class LogsCommand implements Verb {
    @Option(
            names = {"-f", "--follow"},
            description = "Go on until the job has ended; waits for one that has not started.")
    boolean follow;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            description = "Begin with the last N lines.")
    @Nullable Integer lines;

    @Option(names = "--attempt", paramLabel = "N", description = "The output of its Nth run, where it was run again.")
    @Nullable Integer attempt;

    @Mixin
    Help help = new Help();

    @Parameters(paramLabel = "ID", arity = "1", description = "The job.")
    String id = "";

    @Override
    public int run(Call call) throws RefusedException, InterruptedException {
        if (lines != null && lines < 1) {
            throw Usage.wrong("-n " + lines + " shows nothing: it counts lines", "the least is 1");
        }
        JobId job = JobIds.parse(id);
        if (attempt != null) {
            mayRead(call, call.job(job));
            return earlier(call, call.job(job), attempt);
        }
        Job now = begun(call, call.job(job));
        mayRead(call, now);
        RawBytes output = call.queue().output(now).orElseThrow(() -> notKept(job));
        boolean grows = follow && now.state().active();
        call.client().showFile(output, lines == null ? 0 : -lines, grows);
        if (grows) {
            call.await(job, LogsCommand::ended);
            call.client().endFile();
        }
        return Call.OK;
    }

    private static void mayRead(Call call, Job job) throws RefusedException {
        if (!call.may(Deed.READ_OUTPUT, job)) {
            throw new RefusedException(new Refusal(
                    Kind.NOT_PERMITTED,
                    "the output of job " + job.id() + " is not yours to read: it belongs to "
                            + job.spec().user().name(),
                    "ask its owner"));
        }
    }

    /** The runs behind it first; the one after them is the present one, or the last. */
    private int earlier(Call call, Job job, int number) throws RefusedException, InterruptedException {
        List<RawBytes> outputs = new ArrayList<>(call.queue().earlierOutputs(job));
        call.queue().output(job).ifPresent(outputs::add);
        if (number < 1 || number > outputs.size()) {
            throw refused(
                    "job " + job.id() + " has no output of a run " + number,
                    "'q show " + job.id() + "' tells how often it ran");
        }
        call.client().showFile(outputs.get(number - 1), lines == null ? 0 : -lines, false);
        return Call.OK;
    }

    /** The job once it has an output. */
    private Job begun(Call call, Job job) throws RefusedException, InterruptedException {
        Job now = job;
        if (!begun(now)) {
            String why = "job " + job.id() + " has not started: "
                    + call.queue()
                            .view()
                            .wait(job.id())
                            .map(WaitReason::sentence)
                            .orElse("about to start");
            if (!follow) {
                throw refused(why, "'q logs -f " + job.id() + "' waits for it");
            }
            call.remark(why);
            now = call.await(job.id(), LogsCommand::begun);
        }
        if (now.state() instanceof JobState.Ended ended && !ran(ended)) {
            throw refused("job " + job.id() + " has no output, it never ran: " + Ends.sentence(ended.end()), "");
        }
        return now;
    }

    private static boolean begun(Job job) {
        return job.state() instanceof JobState.Running || ended(job);
    }

    private static boolean ended(Job job) {
        return job.state() instanceof JobState.Ended;
    }

    private static boolean ran(JobState.Ended ended) {
        return ended.run().isPresent() && !(ended.end() instanceof End.NotStarted);
    }

    private static RefusedException notKept(JobId job) {
        return refused(
                "job " + job + " runs in the terminal it was started from (-f): its output is not kept",
                "leave -f out to have it kept");
    }

    private static RefusedException refused(String message, String hint) {
        return new RefusedException(new Refusal(Kind.FAILED, message, hint));
    }
}
