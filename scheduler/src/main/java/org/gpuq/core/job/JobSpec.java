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
 * @param foreground runs in the submitter's terminal as a child of {@code q}, not under a supervisor
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
        boolean foreground) {
    public JobSpec {
        command = List.copyOf(command);
        limits = List.copyOf(limits);
        after = List.copyOf(after);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("a job needs a command");
        }
    }

    /** A job on plain terms. */
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
                foreground);
    }

    /** The same on other terms. */
    public JobSpec on(Terms other) {
        return new JobSpec(
                user, command, directory, environment, umask, limits, label, name, resources, after, other, foreground);
    }
}
