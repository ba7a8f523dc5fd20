package org.gpuq.daemon.port;

import java.util.List;
import org.gpuq.core.job.ResourceLimit;
import org.gpuq.core.model.RawBytes;

/**
 * One call of {@code q}: what it was told, and where.
 *
 * @param arguments the words after {@code q}
 * @param environment entries of the form {@code NAME=value}, in the caller's order; nothing checks the form
 * @param directory the working directory; empty when it is gone
 * @param umask the file mode creation mask, 0 to 0777
 * @param limits one for each of {@code RLIMIT_*} in the order of their numbers; 16 on Linux
 * @param terminal what the standard streams are
 * @param nice the caller's nice level, -20 to 19
 * @param background whether nobody waits for this {@code q}: see {@link Client#detach}
 */
public record Request(
        List<RawBytes> arguments,
        List<RawBytes> environment,
        RawBytes directory,
        int umask,
        List<ResourceLimit> limits,
        Terminal terminal,
        int nice,
        boolean background) {

    public Request {
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
        limits = List.copyOf(limits);
    }

    /** Of a caller that waits, with the usual nice level. */
    public Request(
            List<RawBytes> arguments,
            List<RawBytes> environment,
            RawBytes directory,
            int umask,
            List<ResourceLimit> limits,
            Terminal terminal) {
        this(arguments, environment, directory, umask, limits, terminal, 0, false);
    }
}
