package org.gpuq.cli.command;

import org.gpuq.cli.render.GpuJson;
import org.gpuq.cli.render.GpuSheet;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.daemon.port.RefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows one GPU. */
@Command(
        name = "show",
        header = "Show all that is known of a GPU.",
        optionListHeading = "%n",
        customSynopsis = "q gpu show [OPTION]... N",
        description = {
            "",
            "Its readings, why it is in the state it is in, since when, and what would end that; who is on it;",
            "the last jobs that had it, and when it was foreign, drained, set aside or unreadable."
        },
        footer = {"", "Examples:", "  q gpu show 3"})
final class GpuShowCommand implements Verb {
    @Option(names = "--json", description = "As JSON.")
    boolean json;

    @Mixin
    Color color = new Color();

    @Mixin
    Help help = new Help();

    @Parameters(paramLabel = "N", arity = "1", description = "The GPU's number or UUID.")
    String gpu = "";

    @Override
    public int run(Call call) throws RefusedException, InterruptedException {
        View view = call.queue().view();
        ObservedGpu named = GpuNames.find(view.gpus(), gpu);
        if (json) {
            call.out(GpuJson.one(view, named));
            return Call.OK;
        }
        StringBuilder out = new StringBuilder();
        GpuSheet.appendTo(out, view, named, color.look(call));
        call.out(out);
        return Call.OK;
    }
}
