package org.gpuq.daemon.port;

import java.util.List;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;

/**
 * A job for the caller's own terminal. Umask, limits and files are the caller's already.
 *
 * @param token names this start of the job
 * @param arguments the command and its arguments, at least one; the command is looked up in {@code environment}'s PATH
 * @param environment the job's whole environment, entries {@code NAME=value}
 * @param directory where to run it; empty: where the caller is
 */
public record ForegroundOrder(Token token, List<RawBytes> arguments, List<RawBytes> environment, RawBytes directory) {

    public ForegroundOrder {
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
    }
}
