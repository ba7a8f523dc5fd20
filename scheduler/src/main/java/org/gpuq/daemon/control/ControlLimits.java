package org.gpuq.daemon.control;

import java.time.Duration;

/**
 * What one client, and one user, can take of the daemon.
 *
 * @param connections open connections in all
 * @param connectionsPerUser open connections of one user
 * @param requestBytes one call's frames together
 * @param requestBytesPerUser the calls of one user that are under way, together
 * @param requestTime from a connection's start to its complete call
 * @param stallTime how long a client may take nothing of what waits for it, and how long it may stay after its exit
 *     status
 */
public record ControlLimits(
        int connections,
        int connectionsPerUser,
        int requestBytes,
        long requestBytesPerUser,
        Duration requestTime,
        Duration stallTime) {

    /** The limits of a daemon in use. */
    public static final ControlLimits DEFAULT =
            new ControlLimits(1024, 256, 16 << 20, 64L << 20, Duration.ofSeconds(10), Duration.ofSeconds(30));
}
