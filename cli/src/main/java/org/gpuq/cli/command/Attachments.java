package org.gpuq.cli.command;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.gpuq.core.model.Token;

/** Which connection attends to which foreground job; a later one takes over from an earlier one. Thread-safe. */
public final class Attachments {
    /** The ticket of no connection at all. */
    static final long NOBODY = 0;

    private final Map<Token, Long> attending = new HashMap<>();
    private long tickets;

    /** @return a ticket that names this connection */
    synchronized long attach(Token token) {
        attending.put(token, ++tickets);
        notifyAll();
        return tickets;
    }

    synchronized void detach(Token token, long ticket) {
        attending.remove(token, ticket);
    }

    /** Waits, at most for {@code limit}, until another connection has taken over from the one with this ticket. */
    synchronized boolean takenOver(Token token, long ticket, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (attending.getOrDefault(token, ticket) == ticket) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
