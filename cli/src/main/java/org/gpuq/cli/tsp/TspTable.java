package org.gpuq.cli.tsp;

import java.util.Optional;
import java.util.function.Function;
import org.gpuq.cli.render.Sanitize;
import org.gpuq.core.engine.View;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.RawBytes;

/** Task-spooler's list, column by column. Written by hand because it may have thousands of lines. */
final class TspTable {
    private static final int ID = 4;
    private static final int STATE = 10;
    private static final int OUTPUT = 20;
    private static final int LEVEL = 8;
    private static final int TIMES = 14;
    private static final int MICROS_A_HUNDREDTH = 10_000;

    private final StringBuilder out = new StringBuilder(4096);
    private final Function<Job, Optional<RawBytes>> outputs;

    private TspTable(Function<Job, Optional<RawBytes>> outputs) {
        this.outputs = outputs;
    }

    /** @param outputs where a job's output is */
    static CharSequence of(View view, Function<Job, Optional<RawBytes>> outputs) {
        return new TspTable(outputs).list(view);
    }

    private CharSequence list(View view) {
        row("ID", "State", "Output", "E-Level", "Times(r/u/s)");
        out.append("Command [run=")
                .append(view.state().slotsTaken())
                .append('/')
                .append(view.slots())
                .append("]\n");
        ListOrder order = new ListOrder(view);
        order.running().forEach(this::job);
        order.queued().forEach(this::job);
        order.ended().forEach(this::job);
        return out;
    }

    private void job(Job job) {
        String id = job.id().toString();
        switch (job.state()) {
            case JobState.Queued queued -> row(id, "queued", kept(job) ? "(file)" : "stdout", "", "");
            case JobState.Starting starting -> row(id, "running", kept(job) ? "(...)" : "stdout", "", "");
            case JobState.Running running -> row(id, "running", output(job), "", "");
            case JobState.Ended ended -> {
                if (Outcome.skipped(ended.end())) {
                    row(id, "skipped", "(no output)", "", "");
                } else {
                    String level = Integer.toString(Outcome.level(ended.end()));
                    row(id, "finished", output(job), level, times(Outcome.usage(ended.end())));
                }
            }
        }
        CommandText.appendDependencyTo(out, job);
        job.spec()
                .label()
                .ifPresent(label -> out.append('[').append(Sanitize.text(label)).append(']'));
        CommandText.appendTo(out, job);
        out.append('\n');
    }

    private static boolean kept(Job job) {
        return !job.spec().foreground();
    }

    private String output(Job job) {
        if (job.spec().adopted()) {
            return "(adopted)";
        }
        return kept(job) ? outputs.apply(job).map(Sanitize::text).orElse("(...)") : "stdout";
    }

    private void row(String id, String state, String output, String level, String times) {
        cell(id, ID);
        cell(state, STATE);
        cell(output, OUTPUT);
        cell(level, LEVEL);
        cell(times, TIMES);
    }

    private void cell(String text, int width) {
        out.append(text);
        for (int i = text.length(); i <= width; i++) {
            out.append(' ');
        }
        if (text.length() > width) {
            out.append(' ');
        }
    }

    private static String times(Usage usage) {
        StringBuilder times = new StringBuilder();
        seconds(times, usage.runMicros());
        seconds(times.append('/'), usage.userCpuMicros());
        seconds(times.append('/'), usage.systemCpuMicros());
        return times.toString();
    }

    private static void seconds(StringBuilder to, long micros) {
        long hundredths = (micros + MICROS_A_HUNDREDTH / 2) / MICROS_A_HUNDREDTH;
        to.append(hundredths / 100).append('.');
        to.append(hundredths / 10 % 10).append(hundredths % 10);
    }
}
