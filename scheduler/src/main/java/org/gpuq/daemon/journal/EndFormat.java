package org.gpuq.daemon.journal;

import org.gpuq.core.job.End;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.StartFailure;
import org.gpuq.core.job.Usage;

/** An {@link End} in JSON; which it is stands in {@code how}. */
final class EndFormat {
    private EndFormat() {}

    static void write(JsonOut out, End end) {
        switch (end) {
            case End.Finished it -> out.text("how", "finished").member("usage", it.usage(), EndFormat::usage);
            case End.Failed it ->
                out.text("how", "failed")
                        .member("status", it.status(), EndFormat::status)
                        .member("usage", it.usage(), EndFormat::usage);
            case End.TimedOut it ->
                out.text("how", "timed_out")
                        .member("status", it.status(), EndFormat::status)
                        .member("usage", it.usage(), EndFormat::usage);
            case End.NotStarted it ->
                out.text("how", "not_started")
                        .text("stage", it.failure().stage().name())
                        .number("errno", it.failure().errno());
            case End.Cancelled it ->
                out.text("how", "cancelled")
                        .user("by", it.by())
                        .maybe(it.status(), (inner, status) -> inner.member("status", status, EndFormat::status))
                        .member("usage", it.usage(), EndFormat::usage);
            case End.Skipped it -> out.text("how", "skipped").id("parent", it.parent());
            case End.Lost it -> out.text("how", "lost").text("reason", it.reason());
            case End.MadeWay it ->
                out.text("how", "made_way")
                        .member("status", it.status(), EndFormat::status)
                        .member("usage", it.usage(), EndFormat::usage);
            case End.Departed it -> out.text("how", "departed").maybe(it.by(), (inner, by) -> inner.user("by", by));
        }
    }

    static End read(JsonIn in) {
        String how = in.text("how");
        return switch (how) {
            case "finished" -> new End.Finished(usage(in.member("usage")));
            case "failed" -> new End.Failed(status(in.member("status")), usage(in.member("usage")));
            case "timed_out" -> new End.TimedOut(status(in.member("status")), usage(in.member("usage")));
            case "not_started" ->
                new End.NotStarted(new StartFailure(StartFailure.Stage.valueOf(in.text("stage")), in.integer("errno")));
            case "cancelled" ->
                new End.Cancelled(
                        in.user("by"),
                        in.maybe("status", in::member).map(EndFormat::status),
                        usage(in.member("usage")));
            case "skipped" -> new End.Skipped(in.id("parent"));
            case "lost" -> new End.Lost(in.text("reason"));
            case "made_way" -> new End.MadeWay(status(in.member("status")), usage(in.member("usage")));
            case "departed" -> new End.Departed(in.maybe("by", in::user));
            default -> throw new IllegalArgumentException("no end is called " + how);
        };
    }

    private static void status(JsonOut out, ExitStatus status) {
        switch (status) {
            case ExitStatus.Exited it -> out.number("code", it.code());
            case ExitStatus.Killed it -> out.number("signal", it.signal()).flag("core", it.core());
        }
    }

    private static ExitStatus status(JsonIn in) {
        return in.has("code")
                ? new ExitStatus.Exited(in.integer("code"))
                : new ExitStatus.Killed(in.integer("signal"), in.flag("core"));
    }

    private static void usage(JsonOut out, Usage usage) {
        out.number("user_cpu_us", usage.userCpuMicros())
                .number("system_cpu_us", usage.systemCpuMicros())
                .number("peak_memory_bytes", usage.peakMemoryBytes())
                .number("run_us", usage.runMicros());
    }

    private static Usage usage(JsonIn in) {
        return new Usage(
                in.number("user_cpu_us"),
                in.number("system_cpu_us"),
                in.number("peak_memory_bytes"),
                in.number("run_us"));
    }
}
