package org.gpuq.daemon.control;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.gpuq.daemon.port.ForegroundEvent;

/** What came from one client since its request, and whether it is still there. Thread-safe. */
final class Reports {

    /** A client reports a handful of things about one job; one that floods the daemon is thrown out. */
    private static final int MOST_EVENTS = 64;

    private final LinkedBlockingQueue<ForegroundEvent> events = new LinkedBlockingQueue<>();
    private final List<Runnable> whenGone = new ArrayList<>();
    private boolean gone;

    void add(ForegroundEvent event) throws ProtocolViolation {
        if (events.size() >= MOST_EVENTS) {
            throw new ProtocolViolation("more reports than anybody reads");
        }
        events.add(event);
    }

    /** The connection ended. */
    void leave() {
        List<Runnable> actions;
        synchronized (this) {
            if (gone) {
                return;
            }
            gone = true;
            actions = List.copyOf(whenGone);
            whenGone.clear();
        }
        events.add(new ForegroundEvent.Gone());
        actions.forEach(Thread::startVirtualThread);
    }

    ForegroundEvent next() throws InterruptedException {
        return keepingGone(events.take());
    }

    Optional<ForegroundEvent> next(Duration limit) throws InterruptedException {
        return Optional.ofNullable(events.poll(limit.toNanos(), TimeUnit.NANOSECONDS))
                .map(this::keepingGone);
    }

    /** Whoever asks after the end is told again. */
    private ForegroundEvent keepingGone(ForegroundEvent event) {
        if (event instanceof ForegroundEvent.Gone) {
            events.add(event);
        }
        return event;
    }

    synchronized boolean gone() {
        return gone;
    }

    void onGone(Runnable action) {
        synchronized (this) {
            if (!gone) {
                whenGone.add(action);
                return;
            }
        }
        Thread.startVirtualThread(action);
    }
}
