package org.gpuq.cli.command;

import java.time.Duration;
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
        customSynopsis = {
            "q gpu [-w] [OPTION]...",
            "       q gpu show N",
            "       q gpu drain|resume N [--reason WHY]",
            "       q gpu ignore PID [--for 2h] [--reason WHY]"
        },
        description = {
            "",
            "A holder with ! in front is a process outside the queue: its GPU is not given away. N is a GPU's number or"
                    + " UUID. 'q gpu drain --help' and so on tell more."
        },
        footer = {"", "Examples:", "  q gpu", "  q gpu --json | jq '[.gpus[] | select(.state == \"free\")] | length'"})
final class GpuCommand implements Verb {
    private static final Duration EVERY = Duration.ofSeconds(1);

    /** To the upper left, and nothing of before is left. */
    private static final String HOME = "\u001b[H\u001b[2J";

    @Option(names = "--json", description = "As JSON.")
    boolean json;

    @Option(
            names = {"-w", "--watch"},
            description = "Go on showing them, each second, until Ctrl-C.")
    boolean watch;

    @Mixin
    Color color = new Color();

    @Mixin
    Help help = new Help();

    @Override
    public int run(Call call) throws RefusedException, InterruptedException {
        if (watch && json) {
            throw Usage.wrong("-w is for people, and --json for scripts", "leave one of them out");
        }
        if (json) {
            call.out(GpuJson.list(call.queue().view()));
            return Call.OK;
        }
        Look look = color.look(call);
        if (!watch) {
            show(call, look);
            return Call.OK;
        }
        Thread watching = Thread.currentThread();
        call.client().onGone(watching::interrupt);
        while (true) {
            if (look.terminal()) {
                call.out(HOME);
            }
            show(call, look);
            Thread.sleep(EVERY);
        }
    }

    private static void show(Call call, Look look) throws InterruptedException {
        View view = call.queue().view();
        StringBuilder out = new StringBuilder();
        if (look.terminal()) {
            GpuTable.appendTo(out, view, look);
        } else {
            GpuLines.appendTo(out, view);
            trouble(call, view.gpus().driver());
        }
        call.out(out);
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
