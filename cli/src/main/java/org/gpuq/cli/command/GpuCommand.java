package org.gpuq.cli.command;

import org.gpuq.cli.render.GpuJson;
import org.gpuq.cli.render.GpuLines;
import org.gpuq.cli.render.GpuTable;
import org.gpuq.cli.render.Look;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.daemon.port.RefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the GPUs. */
@Command(
        name = "gpu",
        header = "Show the GPUs: what they do, and who holds them.",
        optionListHeading = "%n",
        customSynopsis = "q gpu [OPTION]...",
        description = {"", "A holder with ! in front is a process outside the queue: its GPU is not given away."},
        footer = {"", "Examples:", "  q gpu", "  q gpu --json | jq '[.gpus[] | select(.state == \"free\")] | length'"})
final class GpuCommand implements Verb {
    @Option(names = "--json", description = "As JSON.")
    boolean json;

    @Mixin
    Color color = new Color();

    @Mixin
    Help help = new Help();

    @Override
    public int run(Call call) throws RefusedException, InterruptedException {
        View view = call.queue().view();
        if (json) {
            call.out(GpuJson.list(view));
            return Call.OK;
        }
        Look look = color.look(call);
        StringBuilder out = new StringBuilder();
        if (look.terminal()) {
            GpuTable.appendTo(out, view, look);
        } else {
            GpuLines.appendTo(out, view);
            trouble(call, view.gpus().driver());
        }
        call.out(out);
        return Call.OK;
    }

    /** Lines for scripts have no place for it. */
    private static void trouble(Call call, Driver driver) throws InterruptedException {
        switch (driver) {
            case Driver.Ready ready -> {}
            case Driver.Absent absent -> call.warn("no GPUs: " + absent.reason());
            case Driver.Failing failing -> call.warn("the driver does not answer as it should: " + failing.reason());
        }
    }
}
