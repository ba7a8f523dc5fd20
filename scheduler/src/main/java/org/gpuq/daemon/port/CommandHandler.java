package org.gpuq.daemon.port;

import org.gpuq.core.model.Token;

/**
 * Answers calls of {@code q}. Each call has a virtual thread of its own, which is interrupted only when the daemon
 * stops. Must be thread-safe.
 */
public interface CommandHandler {

    /**
     * Carries out one call.
     *
     * @return the exit status for {@code q}, 0 to 255
     */
    int run(Client client, Request request) throws InterruptedException;

    /**
     * Goes on with a foreground job whose first connection broke. {@link ForegroundEvent.Started} or
     * {@link ForegroundEvent.Ended} follows.
     *
     * @param token as the client sends it: from {@link ForegroundOrder#token} if it is honest
     * @return the exit status for {@code q}, 0 to 255
     */
    int resume(Client client, Token token) throws InterruptedException;
}
