package org.gpuq.cli.command;

import java.util.List;
import java.util.Optional;
import org.gpuq.core.engine.View;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.JobId;
import org.gpuq.daemon.port.RefusedException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes jobs back. */
@Command(
        name = "cancel",
        header = "Take jobs back.",
        optionListHeading = "%n",
        customSynopsis = "q cancel ID...",
        description = {
            "",
            "A queued job never starts. A running one is asked to end (TERM to all its processes) and after a grace"
                    + " killed. All of the jobs, or none when one of them is unknown, over or not yours."
        },
        footer = {"", "Examples:", "  q cancel 12", "  q cancel 12,13,14"})
final class CancelCommand implements Verb {
    @Mixin
    Help help = new Help();

    @Parameters(paramLabel = "ID", arity = "1..*", description = "The jobs.")
    @Nullable List<String> ids;

    @Override
    public int run(Call call) throws RefusedException, InterruptedException {
        List<JobId> jobs = JobIds.parse(ids);
        call.queue().cancel(jobs, call.user(), call.administrator());
        View view = call.queue().view();
        long grace = view.settings().cancelGrace().toSeconds();
        for (JobId id : jobs) {
            Optional<Job> job = view.state().job(id);
            boolean active = job.filter(found -> found.state().active()).isPresent();
            call.remark(
                    active
                            ? "job " + id + " is asked to end, and killed if it has not within " + grace + " s"
                            : "job " + id + " is cancelled");
        }
        return Call.OK;
    }
}
