package org.gpuq.core;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Resources;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;

/** Job specifications in which only what a test is about differs. */
public final class Specs {
    public static final User ANN = new User(1000, 1000, "ann");
    public static final User BOB = new User(1001, 1001, "bob");
    public static final User ROOT = new User(0, 0, "root");

    private Specs() {}

    public static JobSpec cpu() {
        return of(ANN, 0, false, List.of());
    }

    public static JobSpec gpu(int count) {
        return of(ANN, count, false, List.of());
    }

    public static JobSpec after(JobId... parents) {
        return of(ANN, 0, false, Arrays.asList(parents));
    }

    public static JobSpec foreground(int gpus) {
        return of(ANN, gpus, true, List.of());
    }

    public static JobSpec by(User user) {
        return of(user, 0, false, List.of());
    }

    /** A CPU job that needs so many slots. */
    public static JobSpec slots(int count) {
        return with(cpu(), new Resources(0, count));
    }

    public static JobSpec with(JobSpec spec, Resources resources) {
        return new JobSpec(
                spec.user(),
                spec.command(),
                spec.directory(),
                spec.environment(),
                spec.umask(),
                spec.limits(),
                spec.label(),
                spec.name(),
                resources,
                spec.after(),
                spec.foreground());
    }

    public static JobSpec of(User user, int gpus, boolean foreground, List<JobId> after) {
        return new JobSpec(
                user,
                List.of(RawBytes.utf8("true")),
                RawBytes.utf8("/"),
                new EnvironmentId("e3b0"),
                022,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                new Resources(gpus),
                after,
                foreground);
    }
}
