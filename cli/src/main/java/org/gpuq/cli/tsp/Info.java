package org.gpuq.cli.tsp;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.gpuq.cli.render.Ends;
import org.gpuq.core.engine.View;
import org.gpuq.core.job.End;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Run;

/** What {@code -i} prints of a job: task-spooler's lines, and behind them what it does not know. */
final class Info {
    /** As ctime(3) writes it, in the caller's zone. */
    private static final DateTimeFormatter CTIME =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT);

    private static final double MICROS = 1e6;

    private final StringBuilder out = new StringBuilder();
    private final Job job;
    private final ZoneId zone;

    private Info(Job job, ZoneId zone) {
        this.job = job;
        this.zone = zone;
    }

    /** @param remark lines about the surroundings that the job was queued in, if the caller may see them */
    static CharSequence of(View view, Job job, ZoneId zone, Optional<String> remark) {
        Info info = new Info(job, zone);
        remark.ifPresent(lines -> info.out.append("Environment:\n").append(lines));
        return info.text(view.now().wall());
    }

    private CharSequence text(Instant now) {
        Optional<End> end = job.state() instanceof JobState.Ended ended ? Optional.of(ended.end()) : Optional.empty();
        end.ifPresent(found -> out.append("Exit status: ").append(status(found)).append('\n'));
        out.append("Command: ");
        CommandText.appendDependencyTo(out, job);
        CommandText.appendTo(out, job);
        out.append("\nSlots required: ").append(job.spec().resources().slots()).append('\n');
        time("Enqueue", job.submittedAt());
        switch (job.state()) {
            case JobState.Queued queued -> {}
            case JobState.Starting starting -> running(starting.run(), now);
            case JobState.Running running -> running(running.run(), now);
            case JobState.Ended ended -> {
                if (!Outcome.skipped(ended.end())) {
                    ended.run().ifPresent(run -> time("Start", begin(run)));
                    time("End", ended.at());
                    seconds("Time run", Outcome.usage(ended.end()).runMicros());
                }
            }
        }
        if (job.spec().resources().gpus() > 0) {
            out.append("GPUs required: ").append(job.spec().resources().gpus()).append('\n');
        }
        end.filter(found -> !ofItsOwn(found))
                .ifPresent(found ->
                        out.append("Reason: ").append(Ends.sentence(found)).append('\n'));
        return out;
    }

    private void running(Run run, Instant now) {
        Instant began = begin(run);
        time("Start", began);
        seconds("Time running", Duration.between(began, now).toNanos() / 1000);
    }

    private static Instant begin(Run run) {
        return run.startedAt().orElse(run.leasedAt());
    }

    private static String status(End end) {
        return switch (end) {
            case End.Finished finished -> code(0);
            case End.Failed failed -> status(failed.status());
            case End.TimedOut late -> status(late.status());
            case End.Cancelled cancelled -> cancelled.status().map(Info::status).orElse("did not run");
            case End.NotStarted notStarted -> code(Outcome.level(end));
            case End.Skipped skipped -> "did not run";
            case End.Lost lost -> code(Outcome.level(end));
            case End.Departed departed -> "not known";
            case End.MadeWay madeWay -> status(madeWay.status());
        };
    }

    private static String status(ExitStatus status) {
        return switch (status) {
            case ExitStatus.Exited exited -> code(exited.code());
            case ExitStatus.Killed killed -> "killed by signal " + killed.signal();
        };
    }

    private static String code(int code) {
        return "died with exit code " + code;
    }

    private static boolean ofItsOwn(End end) {
        return end instanceof End.Finished || end instanceof End.Failed;
    }

    private void time(String what, Instant at) {
        out.append(what).append(" time: ").append(CTIME.format(at.atZone(zone))).append('\n');
    }

    private void seconds(String what, long micros) {
        out.append(what)
                .append(": ")
                .append(String.format(Locale.ROOT, "%f", Math.max(0, micros) / MICROS))
                .append("s\n");
    }
}
