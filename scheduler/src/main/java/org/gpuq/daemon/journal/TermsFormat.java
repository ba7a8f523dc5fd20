package org.gpuq.daemon.journal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.job.Retries;
import org.gpuq.core.job.Retries.Trigger;
import org.gpuq.core.job.Terms;
import org.gpuq.core.job.TimeLimit;

/** {@link Terms} in JSON: nothing at all for plain ones, which is what jobs of older journals have. */
final class TermsFormat {
    private TermsFormat() {}

    static void write(JsonOut out, Terms terms) {
        out.maybe(terms.time(), (inner, time) -> inner.member("time", time, TermsFormat::time));
        if (!terms.retries().equals(Retries.NONE)) {
            out.member("retries", terms.retries(), TermsFormat::retries);
        }
    }

    static Terms read(JsonIn in) {
        Optional<TimeLimit> time = in.maybe("time", in::member).map(TermsFormat::time);
        Retries retries =
                in.maybe("retries", in::member).map(TermsFormat::retries).orElse(Retries.NONE);
        return time.isEmpty() && retries.equals(Retries.NONE) ? Terms.PLAIN : new Terms(time, retries);
    }

    private static void time(JsonOut out, TimeLimit time) {
        out.number("limit_ms", time.limit().toMillis())
                .maybe(
                        time.warning(),
                        (inner, warning) -> inner.number("signal", warning.signal())
                                .number("before_ms", warning.before().toMillis()));
    }

    private static TimeLimit time(JsonIn in) {
        return new TimeLimit(
                Duration.ofMillis(in.number("limit_ms")),
                in.maybe("signal", in::integer)
                        .map(signal -> new TimeLimit.Warning(signal, Duration.ofMillis(in.number("before_ms")))));
    }

    private static void retries(JsonOut out, Retries retries) {
        out.number("most", retries.most())
                .number("delay_ms", retries.delay().toMillis())
                .objects("on", retries.on(), TermsFormat::trigger)
                .flag("after_reboot", retries.afterReboot());
    }

    private static Retries retries(JsonIn in) {
        List<Trigger> on = in.objects("on", TermsFormat::trigger);
        return new Retries(in.integer("most"), Duration.ofMillis(in.number("delay_ms")), on, in.flag("after_reboot"));
    }

    private static void trigger(JsonOut out, Trigger trigger) {
        switch (trigger) {
            case Trigger.Exit exit -> out.number("exit", exit.code());
            case Trigger.Signal signal -> out.number("signal", signal.number());
            case Trigger.GpuFault fault -> out.flag("gpu_fault", true);
            case Trigger.GpuRace race -> out.flag("gpu_race", true);
        }
    }

    private static Trigger trigger(JsonIn in) {
        if (in.has("exit")) {
            return new Trigger.Exit(in.integer("exit"));
        }
        if (in.has("gpu_race")) {
            return new Trigger.GpuRace();
        }
        return in.has("signal") ? new Trigger.Signal(in.integer("signal")) : new Trigger.GpuFault();
    }
}
