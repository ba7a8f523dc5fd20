package org.gpuq.cli.render;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.gpuq.core.engine.View;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.policy.WaitReason;

/** All that is known of one job, a line a fact. */
public final class JobSheet {
    private static final int KEY = 11;
    private static final long NANOS_A_TICK = 10_000_000;

    private final StringBuilder out;
    private final Look look;

    private JobSheet(StringBuilder out, Look look) {
        this.out = out;
        this.look = look;
    }

    /**
     * @param output where its output goes; empty before it started and for a foreground job
     * @param earlier outputs of the runs after which it was queued again
     */
    public static void appendTo(
            StringBuilder out, View view, Job job, Optional<RawBytes> output, List<RawBytes> earlier, Look look) {
        new JobSheet(out, look).append(view, job, output, earlier);
    }

    private void append(View view, Job job, Optional<RawBytes> output, List<RawBytes> earlier) {
        JobSpec spec = job.spec();
        Optional<WaitReason> wait = view.wait(job.id());
        out.append(Ink.HEADING.paint("job " + job.id(), look)).append("  ");
        out.append(JobWords.ink(job).paint(JobWords.state(job), look)).append('\n');
        JobWords.reason(new Listing.Entry(job, wait)).ifPresent(reason -> line("reason", reason));
        view.estimate(job.id())
                .ifPresent(estimate -> line("estimate", Sanitize.text(Estimates.sentence(estimate, view, look))));
        view.concerns().stream()
                .filter(concern -> concern.job().equals(job.id()))
                .forEach(concern -> line("attention", Ink.BAD.paint(Sanitize.text(concern.text()), look)));
        line("user", Sanitize.text(spec.user().name()));
        spec.name().ifPresent(name -> line("name", Sanitize.text(name)));
        spec.label().ifPresent(label -> line("label", Sanitize.text(label)));
        line("command", Shell.line(spec.command()));
        if (!spec.directory().isEmpty()) {
            line("directory", Sanitize.text(spec.directory()));
        }
        if (spec.adopted()) {
            line("adopted", adopted(view, job));
        }
        if (!spec.after().isEmpty()) {
            line("after", spec.after().stream().map(JobId::toString).collect(Collectors.joining(", ")));
        }
        resources(view, job);
        times(view, job);
        Attempts.lines(job, view, earlier, this::line);
        view.state()
                .gpus()
                .remarks(job.id())
                .forEach(remark -> line("note", Times.utc(remark.at()) + " " + Sanitize.text(remark.text())));
        JobWords.end(job).flatMap(JobWords::usage).ifPresent(usage -> {
            line("ran", Humane.duration(micros(usage.runMicros())));
            line(
                    "used",
                    "CPU " + Humane.duration(micros(usage.userCpuMicros())) + " user, "
                            + Humane.duration(micros(usage.systemCpuMicros())) + " system; peak memory "
                            + Humane.bytes(usage.peakMemoryBytes()));
        });
        job.state()
                .maybeRun()
                .flatMap(Run::process)
                .map(JobProcess::pid)
                .filter(pid -> job.state().active())
                .ifPresent(pid -> line("pid", pid.toString()));
        output.map(Sanitize::text)
                .or(() -> Optional.of("the terminal it was started from").filter(text -> spec.foreground()))
                .or(() -> Optional.of("wherever it went before it was adopted").filter(text -> spec.adopted()))
                .ifPresent(text -> line("output", text));
    }

    /** When its process began: long before the job did. */
    private static String adopted(View view, Job job) {
        Optional<String> since = job.state()
                .maybeRun()
                .flatMap(Run::process)
                .filter(process -> job.state().active())
                .map(process -> Duration.ofNanos(view.now().monotonicNanos() - process.startTicks() * NANOS_A_TICK))
                .map(age -> ", for " + Humane.duration(age) + " by now");
        return "it ran outside the queue" + since.orElse("");
    }

    private void resources(View view, Job job) {
        int wanted = job.spec().resources().gpus();
        if (wanted == 0) {
            line("GPUs", "none");
            return;
        }
        String which = job.spec().resources().want().words();
        line(
                "GPUs",
                job.state().maybeRun().map(run -> gpus(view, run.gpus())).orElse(wanted + " wanted")
                        + (which.isEmpty() ? "" : " (" + Sanitize.text(which) + ")"));
        job.state()
                .maybeRun()
                .map(Run::placement)
                .filter(why -> !why.isEmpty())
                .ifPresent(why -> line("chosen", Sanitize.text(why)));
    }

    private static String gpus(View view, List<GpuId> gpus) {
        return gpus.stream()
                .map(id -> view.gpus().gpu(id).map(gpu -> gpu.label() + " ").orElse("") + Sanitize.text(id.uuid()))
                .collect(Collectors.joining(", "));
    }

    private void times(View view, Job job) {
        Instant now = view.now().wall();
        line("submitted", at(job.submittedAt(), now));
        JobWords.startedAt(job).ifPresent(at -> line("started", at(at, now)));
        JobWords.endedAt(job).ifPresent(at -> line("ended", at(at, now)));
    }

    private String at(Instant at, Instant now) {
        return look.terminal()
                ? Times.local(at, look.zone()) + " (" + Humane.duration(Duration.between(at, now)) + " ago)"
                : Times.utc(at);
    }

    private static Duration micros(long micros) {
        return Duration.ofNanos(micros * 1000);
    }

    private void line(String key, String value) {
        out.append(key)
                .append(" ".repeat(Math.max(1, KEY - key.length())))
                .append(value)
                .append('\n');
    }
}
