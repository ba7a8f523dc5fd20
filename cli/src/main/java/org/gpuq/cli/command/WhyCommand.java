package org.gpuq.cli.command;

import org.gpuq.cli.render.WhySheet;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.daemon.port.RefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Explains a wait. */
@Command(
        name = "why",
        header = "Show why a job waits: what it needs, and what is in its way.",
        optionListHeading = "%n",
        customSynopsis = "q why [OPTION]... ID",
        footer = {"", "Examples:", "  q why 12"})
final class WhyCommand implements Verb {
    @Option(names = "--json", description = "As JSON.")
    boolean json;

    @Mixin
    Color color = new Color();

    @Mixin
    Help help = new Help();

    @Parameters(paramLabel = "ID", arity = "1", description = "The job.")
    String id = "";

    @Override
    public int run(Call call) throws RefusedException, InterruptedException {
        Job job = call.job(JobIds.parse(id));
        if (!(job.state() instanceof JobState.Queued)) {
            throw new RefusedException(new Refusal(
                    Kind.FAILED,
                    "job " + job.id() + " does not wait: it is " + job.state().word(),
                    "'q show " + job.id() + "' tells more"));
        }
        if (json) {
            call.out(WhySheet.json(call.queue().view(), job));
            return Call.OK;
        }
        StringBuilder out = new StringBuilder();
        WhySheet.appendTo(out, call.queue().view(), job, color.look(call));
        call.out(out);
        return Call.OK;
    }
}
