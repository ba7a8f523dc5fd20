package org.gpuq.cli.command;

import java.util.List;
import org.gpuq.cli.render.Ends;
import org.gpuq.core.job.End;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.model.JobId;
import org.gpuq.daemon.port.RefusedException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Waits for jobs to end. */
@Command(
        name = "wait",
        header = "Wait until jobs have ended.",
        optionListHeading = "%n",
        customSynopsis = "q wait ID...",
        description = {
            "",
            "Exits with the job's own code, 128 and the signal's number when one killed it, 255 when it was cancelled"
                    + " before it ran, skipped or lost, and 0 when an adopted process has ended. Of several jobs the highest code counts: 0 means that all"
                    + " finished successfully."
        },
        footer = {"", "Examples:", "  q wait 12", "  q wait 12 13 14 && ./evaluate"})
final class WaitCommand implements Verb {
    @Mixin
    Help help = new Help();

    @Parameters(paramLabel = "ID", arity = "1..*", description = "The jobs.")
    @Nullable List<String> ids;

    @Override
    public int run(Call call) throws RefusedException, InterruptedException {
        List<JobId> jobs = JobIds.parse(ids);
        for (JobId job : jobs) {
            call.job(job); // a wrong one is said before hours have gone by
        }
        call.client().retryAs(call.request().arguments());
        int highest = Call.OK;
        for (JobId id : jobs) {
            Job job = call.await(id, found -> found.state() instanceof JobState.Ended);
            if (job.state() instanceof JobState.Ended ended
                    && ended.end() instanceof End.Departed departed
                    && departed.success()) {
                call.warn("job " + id + ": " + Ends.sentence(departed));
            } else if (job.state() instanceof JobState.Ended ended
                    && !ended.end().success()) {
                call.warn("job " + id + " " + job.state().word() + ": " + Ends.sentence(ended.end()));
                highest = Math.max(highest, ended.end().shellCode());
            }
        }
        return highest;
    }
}
