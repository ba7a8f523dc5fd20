package org.gpuq.cli.command;

import org.gpuq.core.engine.GpuWish;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.daemon.port.RefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a GPU out of use. */
@Command(
        name = "drain",
        header = "Take a GPU out of use.",
        optionListHeading = "%n",
        customSynopsis = "q gpu drain N [--reason WHY]",
        description = {
            "",
            "No job gets it any more until 'q gpu resume N'; one that runs on it goes on. Survives restarts of the"
                    + " daemon. For administrators."
        },
        footer = {"", "Examples:", "  q gpu drain 3 --reason 'fan is loud'"})
final class GpuDrainCommand implements Verb {
    @Option(names = "--reason", paramLabel = "WHY", description = "Shown to everybody.")
    String reason = "";

    @Mixin
    Help help = new Help();

    @Parameters(paramLabel = "N", arity = "1", description = "The GPU's number or UUID.")
    String gpu = "";

    @Override
    public int run(Call call) throws RefusedException, InterruptedException {
        ObservedGpu named = GpuNames.find(call.queue().view().gpus(), gpu);
        call.queue().change(new GpuWish.Drain(named.id(), call.user(), call.administrator(), Usage.text(reason)));
        call.remark("GPU " + named.label() + " is given to no job any more; 'q gpu resume " + named.label()
                + "' gives it back");
        return Call.OK;
    }
}
