package org.gpuq.cli.command;

import org.gpuq.cli.render.JobJson;
import org.gpuq.cli.render.JobLines;
import org.gpuq.cli.render.JobTable;
import org.gpuq.cli.render.Listing;
import org.gpuq.cli.render.Look;
import org.gpuq.core.job.JobState;
import org.gpuq.core.model.User;
import org.gpuq.daemon.port.RefusedException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the jobs. */
@Command(
        name = "list",
        header = "Show what runs, what waits and why, and what ended last.",
        optionListHeading = "%n",
        customSynopsis = "q [list] [OPTION]...",
        description = {
            "",
            "On a terminal the first lines of the queue and the last few ended jobs; elsewhere all of them, one line"
                    + " each with tabs between the fields."
        },
        footer = {
            "",
            "Examples:",
            "  q                        can I run now?",
            "  q list --mine --all      all jobs of mine",
            "  q list --mine --live     those that run or wait",
            "  q list --mine --head 5   the first five of them",
            "  q list --json | jq -r '.jobs[] | select(.state == \"failed\") | .id'"
        })
final class ListCommand implements Verb {
    private static final int ENDED_SHOWN = 5;
    private static final int QUEUED_SHOWN = 20;

    @Option(
            names = {"-a", "--all"},
            description = "All jobs, also on a terminal.")
    boolean all;

    @Option(names = "--mine", description = "Only jobs of mine.")
    boolean mine;

    @Option(names = "--live", description = "Only jobs that have not ended.")
    boolean live;

    @Option(
            names = "--head",
            paramLabel = "N",
            description = "At most the N jobs that are first in the list: running ones, then the next to run.")
    @Nullable Integer head;

    @Option(names = "--limit", paramLabel = "N", description = "At most the N jobs that ended last.")
    @Nullable Integer limit;

    @Option(names = "--json", description = "As JSON.")
    boolean json;

    @Mixin
    Color color = new Color();

    @Mixin
    Help help = new Help();

    @Override
    public int run(Call call) throws RefusedException, InterruptedException {
        Look look = color.look(call);
        Listing chosen = Listing.of(call.queue().view(), choice(call, look));
        Listing listing = head == null ? chosen : chosen.head(head);
        if (json) {
            call.out(new JobJson(call.queue()::output).list(listing));
            return Call.OK;
        }
        StringBuilder out = new StringBuilder(4096);
        if (look.terminal()) {
            JobTable.appendTo(out, listing, look);
        } else {
            JobLines.appendTo(out, listing);
        }
        call.out(out);
        return Call.OK;
    }

    private Listing.Choice choice(Call call, Look look) throws RefusedException {
        if (limit != null && limit < 0) {
            throw Usage.wrong("--limit " + limit + " is negative: it counts jobs", "the least is 0");
        }
        if (head != null && head < 0) {
            throw Usage.wrong("--head " + head + " is negative: it counts jobs", "the least is 0");
        }
        boolean brief = look.terminal() && !json && !all && head == null;
        int ended = limit != null ? limit : brief ? ENDED_SHOWN : Integer.MAX_VALUE;
        User user = call.user();
        return new Listing.Choice(
                job -> (!mine || job.spec().user().is(user)) && !(live && job.state() instanceof JobState.Ended),
                brief ? QUEUED_SHOWN : Integer.MAX_VALUE,
                ended,
                brief);
    }
}
