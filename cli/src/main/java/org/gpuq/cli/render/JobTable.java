package org.gpuq.cli.render;

import java.util.ArrayList;
import java.util.List;
import org.gpuq.cli.render.Table.Cell;
import org.gpuq.cli.render.Table.Column;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;

/** The list of jobs for a person. */
public final class JobTable {
    private JobTable() {}

    public static void appendTo(StringBuilder out, Listing listing, Look look) {
        Summary.appendTo(out, listing.view(), look);
        if (listing.jobs().isEmpty()) {
            out.append(Ink.QUIET.paint("No jobs. Queue one: q run --gpu COMMAND", look))
                    .append('\n');
        } else {
            table(listing, look).appendTo(out, look);
        }
        List<String> hidden = new ArrayList<>();
        if (listing.hiddenQueued() > 0) {
            hidden.add(listing.hiddenQueued() + " more queued");
        }
        if (listing.hiddenEnded() > 0) {
            hidden.add(listing.hiddenEnded() + " ended earlier");
        }
        if (!hidden.isEmpty()) {
            out.append(Ink.QUIET.paint(String.join(", ", hidden) + ": q list --all", look))
                    .append('\n');
        }
    }

    private static Table table(Listing listing, Look look) {
        boolean named = listing.jobs().stream()
                .anyMatch(entry -> !JobWords.names(entry.job()).isEmpty());
        List<Column> columns = new ArrayList<>(List.of(
                new Column("ID", true, 9),
                new Column("USER", false, look.wide() ? 16 : 8),
                new Column("STATE", false, 11),
                new Column("GPUS", false, look.wide() ? 16 : 8),
                new Column("TIME", true, 7)));
        if (named) {
            columns.add(new Column("LABEL", false, look.wide() ? 24 : 12));
        }
        columns.add(new Column("COMMAND", false, Integer.MAX_VALUE));
        Table table = new Table(columns, Table.Overflow.CUT);
        GpuNumbers numbers = new GpuNumbers(listing.view().gpus());
        for (Listing.Entry entry : listing.jobs()) {
            table.row(cells(entry, numbers, named, listing, look));
        }
        return table;
    }

    private static List<Cell> cells(
            Listing.Entry entry, GpuNumbers numbers, boolean named, Listing listing, Look look) {
        Job job = entry.job();
        List<Cell> cells = new ArrayList<>();
        cells.add(Cell.of(job.id().toString()));
        cells.add(Cell.of(Sanitize.text(job.spec().user().name())));
        cells.add(new Cell(JobWords.state(job), JobWords.ink(job)));
        cells.add(gpus(job, numbers));
        cells.add(Cell.of(JobWords.time(job, listing.view().now().wall())
                .map(Humane::duration)
                .orElse("-")));
        if (named) {
            cells.add(Cell.of(JobWords.names(job)));
        }
        cells.add(what(entry, look));
        return cells;
    }

    /** The GPUs it has or had; in brackets how many it waits for. */
    private static Cell gpus(Job job, GpuNumbers numbers) {
        int wanted = job.spec().resources().gpus();
        if (wanted == 0) {
            return Cell.of("-");
        }
        return job.state()
                .maybeRun()
                .map(run -> Cell.of(numbers.of(run.gpus())))
                .orElseGet(() -> new Cell("(" + wanted + ")", Ink.QUIET));
    }

    /** The command; of a queued job first why it waits, since that is what one looks for. */
    private static Cell what(Listing.Entry entry, Look look) {
        String command = Shell.line(entry.job().spec().command());
        if (entry.job().state() instanceof JobState.Queued) {
            String reason = JobWords.reason(entry).orElse("");
            return new Cell(look.wide() ? reason + " · " + command : reason, Ink.ATTENTION);
        }
        return Cell.of(entry.job().spec().adopted() ? "(adopted) " + command : command);
    }
}
