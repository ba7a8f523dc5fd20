package org.gpuq.cli.command;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Which connection attends to which foreground job; a later one takes over from an earlier one. Thread-safe.
 *
 * @param <K> by what jobs are known
 */
public final class Attachments<K> {
    /** The ticket of no connection at all. */
    static final long NOBODY = 0;

    private final Map<K, Long> attending = new HashMap<>();
    private long tickets;

    /** @return a ticket that names this connection */
    synchronized long attach(K job) {
        attending.put(job, ++tickets);
        notifyAll();
        return tickets;
    }

    /** The same, unless another connection is attached already. */
    synchronized OptionalLong attachAlone(K job) {
        return attending.containsKey(job) ? OptionalLong.empty() : OptionalLong.of(attach(job));
    }

    synchronized void detach(K job, long ticket) {
        attending.remove(job, ticket);
    }

    synchronized boolean attached(K job) {
        return attending.containsKey(job);
    }

    /** Waits, at most for {@code limit}, until another connection has taken over from the one with this ticket. */
    synchronized boolean takenOver(K job, long ticket, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (attending.getOrDefault(job, ticket) == ticket) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
