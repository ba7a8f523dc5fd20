package org.gpuq.cli.command;

import org.gpuq.core.engine.GpuWish;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.daemon.port.RefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives a GPU back to the queue. */
@Command(
        name = "resume",
        header = "Give a GPU back to the queue.",
        optionListHeading = "%n",
        customSynopsis = "q gpu resume N [--reason WHY]",
        description = {
            "",
            "One that was drained, or that was set aside for its health: what is wrong with it now is then accepted, and"
                    + " only something new sets it aside again. For administrators."
        },
        footer = {"", "Examples:", "  q gpu resume 3 --reason 'fan replaced'"})
final class GpuResumeCommand implements Verb {
    @Option(names = "--reason", paramLabel = "WHY", description = "For the daemon's log.")
    String reason = "";

    @Mixin
    Help help = new Help();

    @Parameters(paramLabel = "N", arity = "1", description = "The GPU's number or UUID.")
    String gpu = "";

    @Override
    public int run(Call call) throws RefusedException, InterruptedException {
        ObservedGpu named = GpuNames.find(call.queue().view().gpus(), gpu);
        call.queue().change(new GpuWish.Resume(named.id(), call.user(), call.administrator(), Usage.text(reason)));
        call.remark("GPU " + named.label() + " is used again when it is free");
        return Call.OK;
    }
}
