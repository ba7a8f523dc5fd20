package org.gpuq.cli.command;

import java.time.Duration;
import org.gpuq.core.engine.GpuWish;
import org.gpuq.daemon.port.RefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has a process not count. */
@Command(
        name = "ignore",
        header = "Do not let a process outside the queue keep its GPU.",
        optionListHeading = "%n",
        customSynopsis = "q gpu ignore PID [--for TIME] [--reason WHY]",
        description = {
            "",
            "Jobs may then be put beside it. That very process is meant, not the next one of its number. It is not"
                    + " touched. For administrators."
        },
        footer = {"", "Examples:", "  q gpu ignore 9911 --for 2h --reason 'idle notebook, carl agrees'"})
final class GpuIgnoreCommand implements Verb {
    @Option(names = "--for", paramLabel = "TIME", description = "How long, such as 30m, 2h or 7d; 24h if not said.")
    String time = "24h";

    @Option(names = "--reason", paramLabel = "WHY", description = "Shown to everybody.")
    String reason = "";

    @Mixin
    Help help = new Help();

    @Parameters(paramLabel = "PID", arity = "1", description = "The process, as 'q gpu' shows it.")
    String pid = "";

    @Override
    public int run(Call call) throws RefusedException, InterruptedException {
        Duration asked = Amounts.time("--for", time);
        int number = ProcessIds.parse(pid);
        call.queue().change(new GpuWish.Ignore(number, asked, call.user(), call.administrator(), Usage.text(reason)));
        call.remark("process " + number + " does not keep its GPU any more");
        return Call.OK;
    }
}
