package org.gpuq.core.job;

import java.util.List;
import java.util.Optional;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;

/**
 * Everything that was asked for at submission; it never changes.
 *
 * @param user who submitted it, by the kernel's word
 * @param command the program and its arguments, at least one
 * @param directory where it runs
 * @param environment the submitter's environment, stored once by content
 * @param umask the submitter's file mode mask
 * @param limits the submitter's resource limits in the order of RLIMIT_*; empty: the daemon's own
 * @param label for finding jobs of a kind, as given: may hold control characters
 * @param name a short name for people, as given
 * @param after jobs that must finish successfully first
 * @param terms for how long it may run, and when it is run again
 * @param keeper who looks after its process
 * @param delivery where its output goes, and who hears of its end
 * @param nice the submitter's, -20 to 19
 */
public record JobSpec(
        User user,
        List<RawBytes> command,
        RawBytes directory,
        EnvironmentId environment,
        int umask,
        List<ResourceLimit> limits,
        Optional<RawBytes> label,
        Optional<RawBytes> name,
        Resources resources,
        List<JobId> after,
        Terms terms,
        Keeper keeper,
        Delivery delivery,
        int nice) {
    private static final RawBytes HIDDEN = RawBytes.utf8("(hidden)");

    public JobSpec {
        command = List.copyOf(command);
        limits = List.copyOf(limits);
        after = List.copyOf(after);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("a job needs a command");
        }
    }

    /** A job that gpuq starts. */
    public JobSpec(
            User user,
            List<RawBytes> command,
            RawBytes directory,
            EnvironmentId environment,
            int umask,
            List<ResourceLimit> limits,
            Optional<RawBytes> label,
            Optional<RawBytes> name,
            Resources resources,
            List<JobId> after,
            Terms terms,
            boolean foreground,
            Delivery delivery,
            int nice) {
        this(
                user,
                command,
                directory,
                environment,
                umask,
                limits,
                label,
                name,
                resources,
                after,
                terms,
                foreground ? Keeper.TERMINAL : Keeper.SUPERVISOR,
                delivery,
                nice);
    }

    /** A job on plain terms, with a plain {@link Delivery} and the usual nice level. */
    public JobSpec(
            User user,
            List<RawBytes> command,
            RawBytes directory,
            EnvironmentId environment,
            int umask,
            List<ResourceLimit> limits,
            Optional<RawBytes> label,
            Optional<RawBytes> name,
            Resources resources,
            List<JobId> after,
            boolean foreground) {
        this(
                user,
                command,
                directory,
                environment,
                umask,
                limits,
                label,
                name,
                resources,
                after,
                Terms.PLAIN,
                foreground,
                Delivery.PLAIN,
                0);
    }

    /** Runs in the submitter's terminal as a child of {@code q}. */
    public boolean foreground() {
        return keeper == Keeper.TERMINAL;
    }

    /** Is a process that ran outside the queue before. */
    public boolean adopted() {
        return keeper == Keeper.NOBODY;
    }

    /** Runs under a supervisor, which keeps its output and knows its end. */
    public boolean supervised() {
        return keeper == Keeper.SUPERVISOR;
    }

    /** The same on other terms. */
    public JobSpec on(Terms other) {
        return new JobSpec(
                user,
                command,
                directory,
                environment,
                umask,
                limits,
                label,
                name,
                resources,
                after,
                other,
                keeper,
                delivery,
                nice);
    }

    /** The same, delivered otherwise. */
    public JobSpec with(Delivery other) {
        return new JobSpec(
                user,
                command,
                directory,
                environment,
                umask,
                limits,
                label,
                name,
                resources,
                after,
                terms,
                keeper,
                other,
                nice);
    }

    /** Something else to be run in the same name and place, whose output nobody keeps. */
    public JobSpec toRun(List<RawBytes> words) {
        return new JobSpec(
                user,
                words,
                directory,
                environment,
                umask,
                limits,
                Optional.empty(),
                Optional.empty(),
                Resources.CPU,
                List.of(),
                Terms.PLAIN,
                false,
                Delivery.PLAIN,
                nice);
    }

    /** For who may not see what it runs, and where. */
    JobSpec withoutCommand() {
        return new JobSpec(
                user,
                List.of(HIDDEN),
                HIDDEN,
                environment,
                umask,
                limits,
                label,
                name,
                resources,
                after,
                terms,
                keeper,
                delivery.withoutWords(HIDDEN),
                nice);
    }
}
