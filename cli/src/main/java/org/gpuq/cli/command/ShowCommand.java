package org.gpuq.cli.command;

import java.util.Optional;
import org.gpuq.cli.render.JobJson;
import org.gpuq.cli.render.JobSheet;
import org.gpuq.core.engine.Deed;
import org.gpuq.core.engine.View;
import org.gpuq.core.job.End;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.RefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows one job. */
@Command(
        name = "show",
        header = "Show all that is known of a job.",
        optionListHeading = "%n",
        customSynopsis = "q show [OPTION]... ID",
        description = {"", "Of a failed job the last lines of its output follow."},
        footer = {"", "Examples:", "  q show 12", "  q show --json 12 | jq -r .job.state"})
final class ShowCommand implements Verb {
    private static final long TAIL_LINES = 10;

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
        View view = call.queue().view();
        Optional<RawBytes> output = call.queue().output(job);
        if (json) {
            call.out(new JobJson(call.queue()::output).one(view, job));
            return Call.OK;
        }
        StringBuilder out = new StringBuilder();
        JobSheet.appendTo(out, view, job, output, call.queue().earlierOutputs(job), color.look(call));
        boolean tail = failed(job) && output.isPresent() && call.may(Deed.READ_OUTPUT, job);
        if (tail) {
            out.append("\nThe last lines of its output:\n");
        }
        call.out(out);
        if (tail) {
            call.client().showFile(output.get(), -TAIL_LINES, false);
        }
        return Call.OK;
    }

    private static boolean failed(Job job) {
        return job.state() instanceof JobState.Ended ended && ended.end() instanceof End.Failed;
    }
}
