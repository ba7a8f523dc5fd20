package org.gpuq.daemon.journal;

import java.util.ArrayList;
import java.util.List;
import org.gpuq.core.job.JobSpec;
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
                .numbers("limits", flat(spec.limits()))
                .maybe(spec.label(), (inner, label) -> inner.bytes("label", label))
                .maybe(spec.name(), (inner, name) -> inner.bytes("name", name))
                .number("gpus", spec.resources().gpus())
                .ids("after", spec.after())
                .flag("foreground", spec.foreground());
    }

    /** @param shared makes equal parts of many jobs one object */
    static JobSpec read(JsonIn in, Shared shared) {
        return new JobSpec(
                shared.one(in.user("user")),
                in.words("command"),
                shared.one(in.bytes("directory")),
                shared.one(new EnvironmentId(in.text("environment"))),
                in.integer("umask"),
                shared.one(limits(in.numbers("limits"))),
                in.maybe("label", in::bytes).map(shared::one),
                in.maybe("name", in::bytes).map(shared::one),
                shared.one(new Resources(in.integer("gpus"))),
                in.ids("after"),
                in.flag("foreground"));
    }

    private static List<Long> flat(List<ResourceLimit> limits) {
        List<Long> numbers = new ArrayList<>(2 * limits.size());
        for (ResourceLimit limit : limits) {
            numbers.add(limit.soft());
            numbers.add(limit.hard());
        }
        return numbers;
    }

    private static List<ResourceLimit> limits(List<Long> numbers) {
        if (numbers.size() % 2 != 0) {
            throw new IllegalArgumentException("limits come in pairs");
        }
        List<ResourceLimit> limits = new ArrayList<>(numbers.size() / 2);
        for (int i = 0; i < numbers.size(); i += 2) {
            limits.add(new ResourceLimit(numbers.get(i), numbers.get(i + 1)));
        }
        return List.copyOf(limits);
    }
}
