package org.gpuq.daemon.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.gpuq.core.job.Bounds;
import org.gpuq.core.job.Delivery;
import org.gpuq.core.job.GpuWant;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Keeper;
import org.gpuq.core.job.ResourceLimit;
import org.gpuq.core.job.Resources;
import org.gpuq.core.model.EnvironmentId;

/** A {@link JobSpec} in JSON. */
final class SpecFormat {
    private SpecFormat() {}

    static void write(JsonOut out, JobSpec spec) {
        out.user("user", spec.user())
                .words("command", spec.command())
                .bytes("directory", spec.directory())
                .text("environment", spec.environment().sha256())
                .number("umask", spec.umask())
                .text("limits", text(spec.limits()))
                .maybe(spec.label(), (inner, label) -> inner.bytes("label", label))
                .maybe(spec.name(), (inner, name) -> inner.bytes("name", name))
                .number("gpus", spec.resources().gpus())
                .number("slots", spec.resources().slots())
                .maybe(
                        Optional.of(spec.resources().want()).filter(want -> !want.any()),
                        (inner, want) -> inner.member("want", want, GpuWantFormat::write))
                .maybe(
                        Optional.of(spec.resources().bounds()).filter(bounds -> !bounds.equals(Bounds.NONE)),
                        (inner, bounds) -> inner.text("bounds", text(bounds)))
                .ids("after", spec.after())
                .flag("foreground", spec.foreground())
                .maybe(Optional.of(true).filter(any -> spec.adopted()), (inner, yes) -> inner.flag("adopted", yes))
                .maybe(
                        Optional.of(spec.delivery()).filter(it -> !it.equals(Delivery.PLAIN)),
                        (inner, delivery) -> inner.member("delivery", delivery, DeliveryFormat::write))
                .maybe(Optional.of(spec.nice()).filter(nice -> nice != 0), (inner, nice) -> inner.number("nice", nice));
        TermsFormat.write(out, spec.terms());
    }

    /** @param shared makes equal parts of many jobs one object */
    static JobSpec read(JsonIn in, Shared shared) {
        return new JobSpec(
                shared.one(in.user("user")),
                in.words("command"),
                shared.one(in.bytes("directory")),
                shared.one(new EnvironmentId(in.text("environment"))),
                in.integer("umask"),
                shared.made(in.text("limits"), SpecFormat::limits),
                in.maybe("label", in::bytes).map(shared::one),
                in.maybe("name", in::bytes).map(shared::one),
                shared.one(resources(in)),
                in.ids("after"),
                shared.one(TermsFormat.read(in)),
                keeper(in),
                in.maybe("delivery", in::member)
                        .map(DeliveryFormat::read)
                        .map(shared::one)
                        .orElse(Delivery.PLAIN),
                in.maybe("nice", in::integer).orElse(0));
    }

    private static Keeper keeper(JsonIn in) {
        boolean foreground = in.flag("foreground");
        if (in.has("adopted") && in.flag("adopted")) {
            return Keeper.NOBODY;
        }
        return foreground ? Keeper.TERMINAL : Keeper.SUPERVISOR;
    }

    /** What was written before there were slots needs one, or GPUs. */
    private static Resources resources(JsonIn in) {
        int gpus = in.integer("gpus");
        int slots = in.maybe("slots", in::integer).orElseGet(() -> new Resources(gpus).slots());
        return new Resources(
                gpus,
                slots,
                in.maybe("want", in::member).map(GpuWantFormat::read).orElse(GpuWant.ANY),
                in.maybe("bounds", in::text).map(SpecFormat::bounds).orElse(Bounds.NONE));
    }

    private static String text(Bounds bounds) {
        return bounds.memoryBytes() + " " + bounds.processes() + " " + bounds.milliCpus();
    }

    private static Bounds bounds(String text) {
        String[] parts = text.split(" ", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("no bounds: " + text);
        }
        return new Bounds(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
    }

    /** One word for all, since they are the same for nearly every job: it is read once and then looked up. */
    private static String text(List<ResourceLimit> limits) {
        StringJoiner text = new StringJoiner(" ");
        for (ResourceLimit limit : limits) {
            text.add(limit.soft() + ":" + limit.hard());
        }
        return text.toString();
    }

    private static List<ResourceLimit> limits(String text) {
        List<ResourceLimit> limits = new ArrayList<>();
        for (int start = 0; start < text.length(); ) {
            int colon = text.indexOf(':', start);
            int space = text.indexOf(' ', start);
            int end = space < 0 ? text.length() : space;
            if (colon < 0 || colon > end) {
                throw new IllegalArgumentException("no resource limit: " + text);
            }
            limits.add(new ResourceLimit(
                    Long.parseLong(text, start, colon, 10), Long.parseLong(text, colon + 1, end, 10)));
            start = end + 1;
        }
        return List.copyOf(limits);
    }
}
