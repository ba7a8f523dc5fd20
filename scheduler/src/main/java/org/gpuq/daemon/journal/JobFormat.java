package org.gpuq.daemon.journal;

import java.util.List;
import java.util.Optional;
import org.gpuq.core.job.Attempt;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Token;

/** A {@link Job} in JSON, but for its id. */
final class JobFormat {
    private JobFormat() {}

    static String write(Job job) {
        return JsonOut.object(out -> {
            out.member("spec", job.spec(), SpecFormat::write).instant("submitted", job.submittedAt());
            state(out, job.state());
            if (!job.past().isEmpty()) {
                out.objects("past", job.past(), AttemptFormat::write);
            }
        });
    }

    static Job read(JobId id, byte[] json, Shared shared) {
        JsonIn in = JsonIn.parse(json);
        return new Job(id, SpecFormat.read(in.member("spec"), shared), in.instant("submitted"), state(in), past(in));
    }

    private static List<Attempt> past(JsonIn in) {
        return in.has("past") ? in.objects("past", AttemptFormat::read) : List.of();
    }

    private static void state(JsonOut out, JobState state) {
        switch (state) {
            case JobState.Queued queued ->
                out.text("state", "queued")
                        .maybe(queued.rest(), (inner, rest) -> inner.member("rest", rest, AttemptFormat::rest));
            case JobState.Starting starting ->
                out.text("state", "starting").member("run", starting.run(), JobFormat::run);
            case JobState.Running running -> out.text("state", "running").member("run", running.run(), JobFormat::run);
            case JobState.Ended ended ->
                out.text("state", "ended")
                        .maybe(ended.run(), (inner, run) -> inner.member("run", run, JobFormat::run))
                        .member("end", ended.end(), EndFormat::write)
                        .instant("at", ended.at());
        }
    }

    private static JobState state(JsonIn in) {
        String state = in.text("state");
        return switch (state) {
            case "queued" -> new JobState.Queued(in.maybe("rest", in::member).map(AttemptFormat::rest));
            case "starting" -> new JobState.Starting(run(in.member("run")));
            case "running" -> new JobState.Running(run(in.member("run")));
            case "ended" -> {
                Optional<Run> run = in.maybe("run", in::member).map(JobFormat::run);
                yield new JobState.Ended(EndFormat.read(in.member("end")), run, in.instant("at"));
            }
            default -> throw new IllegalArgumentException("no job state is called " + state);
        };
    }

    static void run(JsonOut out, Run run) {
        out.text("token", run.token().toString())
                .gpus(run.gpus())
                .instant("leased", run.leasedAt())
                .maybe(run.process(), (inner, process) -> inner.member("process", process, JobFormat::process))
                .maybe(run.startedAt(), (inner, at) -> inner.instant("started", at))
                .maybe(run.cancellation(), (inner, it) -> inner.member("cancellation", it, JobFormat::cancellation))
                .maybe(run.startedNanos(), "started_monotonic_ns")
                .maybe(
                        Optional.of(run.placement()).filter(why -> !why.isEmpty()),
                        (inner, why) -> inner.text("placement", why));
        if (run.warning() != 0) {
            out.number("warning", run.warning());
        }
        if (run.arrived()) {
            out.flag("arrived", true);
        }
    }

    static Run run(JsonIn in) {
        return new Run(
                Token.parse(in.text("token")),
                in.gpus(),
                in.instant("leased"),
                in.maybe("process", in::member).map(JobFormat::process),
                in.maybe("started", in::instant),
                in.maybe("cancellation", in::member).map(JobFormat::cancellation),
                in.maybeNumber("started_monotonic_ns"),
                in.maybe("warning", in::integer).orElse(0),
                in.maybe("placement", in::text).orElse(""),
                in.maybe("arrived", in::flag).orElse(false));
    }

    static void process(JsonOut out, JobProcess process) {
        out.number("pid", process.pid())
                .number("start_ticks", process.startTicks())
                .text("cgroup", process.cgroup());
    }

    static JobProcess process(JsonIn in) {
        return new JobProcess(in.integer("pid"), in.number("start_ticks"), in.text("cgroup"));
    }

    private static void cancellation(JsonOut out, Run.Cancellation cancellation) {
        out.maybe(cancellation.by(), (inner, by) -> inner.user("by", by))
                .instant("at", cancellation.at())
                .number("at_monotonic_ns", cancellation.atMonotonicNanos())
                .number("last_signal", cancellation.lastSignal());
        if (cancellation.again()) {
            out.flag("again", true);
        }
    }

    private static Run.Cancellation cancellation(JsonIn in) {
        return new Run.Cancellation(
                in.maybe("by", in::user),
                in.instant("at"),
                in.number("at_monotonic_ns"),
                in.integer("last_signal"),
                in.maybe("again", in::flag).orElse(false));
    }
}
