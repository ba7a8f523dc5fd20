package org.gpuq.daemon.journal;

import java.util.Set;
import org.gpuq.core.gpu.GpuEvent;
import org.gpuq.core.gpu.ProcessKey;
import org.gpuq.core.gpu.Trouble;
import org.gpuq.core.model.GpuId;

/** A {@link GpuEvent} in JSON; its member {@code what} says which. The names are part of the format and never change. */
final class GpuEventFormat {
    private GpuEventFormat() {}

    static void write(JsonOut out, GpuEvent event) {
        switch (event) {
            case GpuEvent.Drained it ->
                out.text("what", "drained")
                        .text("gpu", it.gpu().uuid())
                        .user("by", it.by())
                        .text("reason", it.reason())
                        .instant("at", it.at());
            case GpuEvent.Resumed it ->
                out.text("what", "resumed")
                        .text("gpu", it.gpu().uuid())
                        .user("by", it.by())
                        .text("reason", it.reason())
                        .texts("accepted", it.accepted())
                        .instant("at", it.at());
            case GpuEvent.Quarantined it ->
                out.text("what", "quarantined")
                        .text("gpu", it.gpu().uuid())
                        .member("trouble", it.trouble(), GpuEventFormat::trouble)
                        .instant("at", it.at())
                        .number("at_monotonic_ns", it.atMonotonicNanos());
            case GpuEvent.Released it ->
                out.text("what", "released").text("gpu", it.gpu().uuid()).instant("at", it.at());
            case GpuEvent.Pardoned it ->
                out.text("what", "pardoned")
                        .member("process", it.process(), GpuEventFormat::process)
                        .user("by", it.by())
                        .text("reason", it.reason())
                        .instant("at", it.at())
                        .number("until_monotonic_ns", it.untilMonotonicNanos());
            case GpuEvent.PardonEnded it ->
                out.text("what", "pardon_ended")
                        .member("process", it.process(), GpuEventFormat::process)
                        .instant("at", it.at());
            case GpuEvent.Turned it ->
                out.text("what", "turned")
                        .text("gpu", it.gpu().uuid())
                        .text("state", it.state())
                        .text("reason", it.reason())
                        .instant("at", it.at());
            case GpuEvent.Raced it ->
                out.text("what", "raced")
                        .id("job", it.job())
                        .text("gpu", it.gpu().uuid())
                        .text("text", it.text())
                        .instant("at", it.at());
            case GpuEvent.Remarked it ->
                out.text("what", "remarked")
                        .id("job", it.job())
                        .text("text", it.text())
                        .instant("at", it.at());
        }
    }

    static GpuEvent read(JsonIn in) {
        String what = in.text("what");
        return switch (what) {
            case "drained" -> new GpuEvent.Drained(gpu(in), in.user("by"), in.text("reason"), in.instant("at"));
            case "resumed" ->
                new GpuEvent.Resumed(
                        gpu(in), in.user("by"), in.text("reason"), Set.copyOf(in.texts("accepted")), in.instant("at"));
            case "quarantined" ->
                new GpuEvent.Quarantined(
                        gpu(in), trouble(in.member("trouble")), in.instant("at"), in.number("at_monotonic_ns"));
            case "released" -> new GpuEvent.Released(gpu(in), in.instant("at"));
            case "pardoned" ->
                new GpuEvent.Pardoned(
                        process(in.member("process")),
                        in.user("by"),
                        in.text("reason"),
                        in.instant("at"),
                        in.number("until_monotonic_ns"));
            case "pardon_ended" -> new GpuEvent.PardonEnded(process(in.member("process")), in.instant("at"));
            case "turned" -> new GpuEvent.Turned(gpu(in), in.text("state"), in.text("reason"), in.instant("at"));
            case "raced" -> new GpuEvent.Raced(in.id("job"), gpu(in), in.text("text"), in.instant("at"));
            case "remarked" -> new GpuEvent.Remarked(in.id("job"), in.text("text"), in.instant("at"));
            default -> throw new IllegalArgumentException("nothing about a GPU is called " + what);
        };
    }

    private static GpuId gpu(JsonIn in) {
        return new GpuId(in.text("gpu"));
    }

    static void process(JsonOut out, ProcessKey process) {
        out.number("pid", process.pid()).number("start_ticks", process.startTicks());
    }

    static ProcessKey process(JsonIn in) {
        return new ProcessKey(in.integer("pid"), in.number("start_ticks"));
    }

    static void trouble(JsonOut out, Trouble trouble) {
        out.text("kind", trouble.kind().name()).text("reason", trouble.reason()).text("mark", trouble.mark());
    }

    static Trouble trouble(JsonIn in) {
        return new Trouble(Trouble.Kind.valueOf(in.text("kind")), in.text("reason"), in.text("mark"));
    }
}
