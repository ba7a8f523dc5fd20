package org.gpuq.daemon.control;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Counts what each user holds of the daemon. The selector's thread alone uses it. */
final class Quotas {

    private static final class Usage {
        int connections;
        long bytes;
    }

    private final ControlLimits limits;
    private final Map<Integer, Usage> byUid = new HashMap<>();
    private int connections;

    Quotas(ControlLimits limits) {
        this.limits = limits;
    }

    /** Takes one more connection in; otherwise says why not. */
    Optional<String> connect(int uid) {
        if (connections >= limits.connections()) {
            return Optional.of("The daemon has " + connections + " connections open, all that it takes.");
        }
        Usage usage = byUid.computeIfAbsent(uid, _ -> new Usage());
        if (usage.connections >= limits.connectionsPerUser()) {
            return Optional.of(
                    "You have " + usage.connections + " connections to the daemon open, all that one user gets.");
        }
        connections++;
        usage.connections++;
        return Optional.empty();
    }

    /** Counts bytes that a connected user's call takes; false when it is too much. */
    boolean charge(int uid, long bytes) {
        Usage usage = byUid.get(uid);
        if (usage == null || usage.bytes + bytes > limits.requestBytesPerUser()) {
            return false;
        }
        usage.bytes += bytes;
        return true;
    }

    void disconnect(int uid, long bytes) {
        Usage usage = byUid.get(uid);
        if (usage == null) {
            return;
        }
        connections--;
        usage.connections--;
        usage.bytes -= bytes;
        if (usage.connections == 0) {
            byUid.remove(uid);
        }
    }
}
