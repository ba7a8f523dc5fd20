package org.gpuq.daemon.journal;

import java.util.Locale;
import java.util.Optional;
import org.gpuq.core.engine.Event;
import org.gpuq.core.model.Token;

/** An {@link Event} as a short type name and a JSON body. The names are part of the format and never change. */
final class EventFormat {
    private EventFormat() {}

    static String type(Event event) {
        return switch (event) {
            case Event.DaemonStarted it -> "daemon_started";
            case Event.Submitted it -> "submitted";
            case Event.Starting it -> "starting";
            case Event.Started it -> "started";
            case Event.CancelRequested it -> "cancel_requested";
            case Event.SignalSent it -> "signal_sent";
            case Event.Ended it -> "ended";
            case Event.Warned it -> "warned";
            case Event.TimeUp it -> "time_up";
            case Event.Arrived it -> "arrived";
            case Event.MakesWay it -> "makes_way";
            case Event.Requeued it -> "requeued";
            case Event.Rested it -> "rested";
            case Event.Admission it -> "admission";
            case Event.ProcessesGone it -> "processes_gone";
            case Event.LeaseEnded it -> "lease_ended";
            case Event.OnGpu it -> "on_gpu";
            case Event.Forgotten it -> "forgotten";
            case Event.Signalled it -> "signalled";
            case Event.Reordered it -> "reordered";
            case Event.SlotsChanged it -> "slots_changed";
            case Event.Cleared it -> "cleared";
            case Event.FollowUp it -> "follow_up";
            case Event.SeveredGone it -> "severed_gone";
            case Event.SeveredEnded it -> "severed_ended";
        };
    }

    static String write(Event event) {
        return JsonOut.object(out -> write(out, event));
    }

    private static void write(JsonOut out, Event event) {
        switch (event) {
            case Event.DaemonStarted it -> out.text("boot_id", it.bootId()).instant("at", it.at());
            case Event.Submitted it ->
                out.id("job", it.job())
                        .member("spec", it.spec(), SpecFormat::write)
                        .instant("at", it.at());
            case Event.Starting it ->
                out.id("job", it.job())
                        .text("token", it.token().toString())
                        .gpus(it.gpus())
                        .instant("at", it.at())
                        .maybe(
                                Optional.of(it.why()).filter(why -> !why.isEmpty()),
                                (inner, why) -> inner.text("why", why));
            case Event.Started it ->
                out.id("job", it.job())
                        .member("process", it.process(), JobFormat::process)
                        .instant("at", it.at())
                        .maybe(it.atMonotonicNanos(), "at_monotonic_ns");
            case Event.Warned it -> out.id("job", it.job()).number("signal", it.signal());
            case Event.TimeUp it ->
                out.id("job", it.job()).instant("at", it.at()).number("at_monotonic_ns", it.atMonotonicNanos());
            case Event.Arrived it -> out.id("job", it.job());
            case Event.MakesWay it ->
                out.id("job", it.job()).instant("at", it.at()).number("at_monotonic_ns", it.atMonotonicNanos());
            case Event.Requeued it ->
                out.id("job", it.job())
                        .member("end", it.end(), EndFormat::write)
                        .instant("at", it.at())
                        .number("at_monotonic_ns", it.atMonotonicNanos())
                        .member("rest", it.rest(), AttemptFormat::rest);
            case Event.Rested it -> out.id("job", it.job());
            case Event.Admission it ->
                out.maybe(it.stopped(), (inner, why) -> inner.text("stopped", why))
                        .instant("at", it.at());
            case Event.CancelRequested it ->
                out.id("job", it.job())
                        .user("by", it.by())
                        .instant("at", it.at())
                        .number("at_monotonic_ns", it.atMonotonicNanos());
            case Event.SignalSent it -> out.id("job", it.job()).number("signal", it.signal());
            case Event.Ended it ->
                out.id("job", it.job())
                        .member("end", it.end(), EndFormat::write)
                        .instant("at", it.at())
                        .number("at_monotonic_ns", it.atMonotonicNanos());
            case Event.ProcessesGone it -> out.id("job", it.job()).number("at_monotonic_ns", it.atMonotonicNanos());
            case Event.LeaseEnded it -> out.id("job", it.job()).instant("at", it.at());
            case Event.OnGpu it -> GpuEventFormat.write(out, it.what());
            case Event.Forgotten it -> out.ids("jobs", it.jobs());
            case Event.Signalled it ->
                out.id("job", it.job()).number("signal", it.signal()).user("by", it.by());
            case Event.Reordered it -> out.objects("places", it.places(), OrderFormat::place);
            case Event.SlotsChanged it ->
                out.member("slots", it.slots(), OrderFormat::slots).instant("at", it.at());
            case Event.Cleared it -> out.instant("at", it.at());
            case Event.FollowUp it ->
                out.id("job", it.job())
                        .text("token", it.token().toString())
                        .text("kind", it.kind().name().toLowerCase(Locale.ROOT));
            case Event.SeveredGone it ->
                out.text("token", it.token().toString()).number("at_monotonic_ns", it.atMonotonicNanos());
            case Event.SeveredEnded it -> out.text("token", it.token().toString());
        }
    }

    static Event read(String type, byte[] json, Shared shared) {
        JsonIn in = JsonIn.parse(json);
        return switch (type) {
            case "daemon_started" -> new Event.DaemonStarted(in.text("boot_id"), in.instant("at"));
            case "submitted" ->
                new Event.Submitted(in.id("job"), SpecFormat.read(in.member("spec"), shared), in.instant("at"));
            case "starting" ->
                new Event.Starting(
                        in.id("job"),
                        Token.parse(in.text("token")),
                        in.gpus(),
                        in.instant("at"),
                        in.maybe("why", in::text).orElse(""));
            case "started" ->
                new Event.Started(
                        in.id("job"),
                        JobFormat.process(in.member("process")),
                        in.instant("at"),
                        in.maybeNumber("at_monotonic_ns"));
            case "warned" -> new Event.Warned(in.id("job"), in.integer("signal"));
            case "time_up" -> new Event.TimeUp(in.id("job"), in.instant("at"), in.number("at_monotonic_ns"));
            case "arrived" -> new Event.Arrived(in.id("job"));
            case "makes_way" -> new Event.MakesWay(in.id("job"), in.instant("at"), in.number("at_monotonic_ns"));
            case "requeued" ->
                new Event.Requeued(
                        in.id("job"),
                        EndFormat.read(in.member("end")),
                        in.instant("at"),
                        in.number("at_monotonic_ns"),
                        AttemptFormat.rest(in.member("rest")));
            case "rested" -> new Event.Rested(in.id("job"));
            case "admission" -> new Event.Admission(in.maybe("stopped", in::text), in.instant("at"));
            case "cancel_requested" ->
                new Event.CancelRequested(in.id("job"), in.user("by"), in.instant("at"), in.number("at_monotonic_ns"));
            case "signal_sent" -> new Event.SignalSent(in.id("job"), in.integer("signal"));
            case "ended" ->
                new Event.Ended(
                        in.id("job"), EndFormat.read(in.member("end")), in.instant("at"), in.number("at_monotonic_ns"));
            case "processes_gone" -> new Event.ProcessesGone(in.id("job"), in.number("at_monotonic_ns"));
            case "lease_ended" -> new Event.LeaseEnded(in.id("job"), in.instant("at"));
            case "on_gpu" -> new Event.OnGpu(GpuEventFormat.read(in));
            case "forgotten" -> new Event.Forgotten(in.ids("jobs"));
            case "signalled" -> new Event.Signalled(in.id("job"), in.integer("signal"), in.user("by"));
            case "reordered" -> new Event.Reordered(in.objects("places", OrderFormat::place));
            case "slots_changed" -> new Event.SlotsChanged(OrderFormat.slots(in.member("slots")), in.instant("at"));
            case "cleared" -> new Event.Cleared(in.instant("at"));
            case "follow_up" ->
                new Event.FollowUp(
                        in.id("job"),
                        Token.parse(in.text("token")),
                        Event.FollowUp.Kind.valueOf(in.text("kind").toUpperCase(Locale.ROOT)));
            case "severed_gone" -> new Event.SeveredGone(Token.parse(in.text("token")), in.number("at_monotonic_ns"));
            case "severed_ended" -> new Event.SeveredEnded(Token.parse(in.text("token")));
            default -> throw new IllegalArgumentException("no event is called " + type);
        };
    }
}
