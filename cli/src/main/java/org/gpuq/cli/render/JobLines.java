package org.gpuq.cli.render;

import java.util.List;
import java.util.Optional;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.GpuId;

/**
 * The list of jobs for scripts that do not read JSON: a header, then one line a job, fields separated by one tab, a dash
 * for what is not there. Values never hold a tab or a line's end. New columns may only be added at the end.
 */
public final class JobLines {
    private static final String HEADER =
            "ID\tUSER\tSTATE\tEXIT\tGPUS\tSUBMITTED\tSTARTED\tENDED\tLABEL\tNAME\tCOMMAND\tREASON\n";

    private JobLines() {}

    public static void appendTo(StringBuilder out, Listing listing) {
        GpuNumbers numbers = new GpuNumbers(listing.view().gpus());
        out.append(HEADER);
        for (Listing.Entry entry : listing.jobs()) {
            Job job = entry.job();
            out.append(job.id().value()).append('\t');
            field(out, Sanitize.text(job.spec().user().name()));
            field(out, job.state().word());
            field(out, JobWords.status(job).map(ExitStatus::shellCode).map(String::valueOf));
            List<GpuId> gpus = job.state().maybeRun().map(Run::gpus).orElse(List.of());
            field(out, numbers.of(gpus));
            field(out, Times.utc(job.submittedAt()));
            field(out, JobWords.startedAt(job).map(Times::utc));
            field(out, JobWords.endedAt(job).map(Times::utc));
            field(out, job.spec().label().map(Sanitize::text));
            field(out, job.spec().name().map(Sanitize::text));
            field(out, Shell.line(job.spec().command()));
            out.append(JobWords.reason(entry).orElse("-")).append('\n');
        }
    }

    private static void field(StringBuilder out, Optional<String> value) {
        field(out, value.orElse(""));
    }

    private static void field(StringBuilder out, String value) {
        out.append(value.isEmpty() ? "-" : value).append('\t');
    }
}
