package org.gpuq.daemon.journal;

import java.util.OptionalLong;
import org.gpuq.core.engine.Severed;
import org.gpuq.core.engine.SlotsSet;
import org.gpuq.core.job.Place;
import org.gpuq.core.model.Token;

/** What people did to the queue as a whole, in JSON: moved jobs, slots, and what is left of a queue that was ended. */
final class OrderFormat {
    private OrderFormat() {}

    static void place(JsonOut out, Place place) {
        out.id("job", place.job()).number("place", place.place());
    }

    static Place place(JsonIn in) {
        return new Place(in.id("job"), in.integer("place"));
    }

    static void slots(JsonOut out, SlotsSet slots) {
        out.number("slots", slots.slots()).number("configured", slots.configured());
    }

    static SlotsSet slots(JsonIn in) {
        return new SlotsSet(in.integer("slots"), in.integer("configured"));
    }

    static void severed(JsonOut out, Severed left) {
        out.text("token", left.token().toString())
                .id("number", left.number())
                .user("user", left.user())
                .gpus(left.gpus())
                .maybe(left.process(), (inner, process) -> inner.member("process", process, JobFormat::process));
        left.goneNanos().ifPresent(at -> out.number("gone_monotonic_ns", at));
    }

    static Severed severed(JsonIn in) {
        return new Severed(
                Token.parse(in.text("token")),
                in.id("number"),
                in.user("user"),
                in.gpus(),
                in.maybe("process", in::member).map(JobFormat::process),
                in.has("gone_monotonic_ns") ? OptionalLong.of(in.number("gone_monotonic_ns")) : OptionalLong.empty());
    }
}
