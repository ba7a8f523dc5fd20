package org.gpuq.cli.tsp;

import java.util.List;
import java.util.stream.Collectors;
import org.gpuq.cli.render.Sanitize;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;

/** A job's command as task-spooler shows it: its words with blanks between, whatever is in them; made safe to print. */
final class CommandText {
    private CommandText() {}

    static void appendTo(StringBuilder out, Job job) {
        List<RawBytes> words = job.spec().command();
        out.append(Sanitize.text(words.getFirst()));
        for (RawBytes word : words.subList(1, words.size())) {
            out.append(' ').append(Sanitize.text(word));
        }
    }

    /** {@code [3]&& } before the command of a job that follows job 3; nothing before others. */
    static void appendDependencyTo(StringBuilder out, Job job) {
        if (!job.spec().after().isEmpty()) {
            out.append('[')
                    .append(job.spec().after().stream().map(JobId::toString).collect(Collectors.joining(",")))
                    .append("]&& ");
        }
    }
}
