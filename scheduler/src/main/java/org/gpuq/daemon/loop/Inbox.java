package org.gpuq.daemon.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.gpu.GpuSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * Where inputs wait for the loop. Facts are always taken: there are no more of them than jobs run. Wishes have room for
 * so many; beyond that askers wait a while and are then refused. Thread-safe.
 */
public final class Inbox {
    private static final Refusal STOPPING =
            new Refusal(Refusal.Kind.NO_DAEMON, "the daemon is stopping", "try again in a moment");

    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final LinkedBlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    private final AtomicReference<@Nullable GpuSnapshot> look = new AtomicReference<>();
    private final Semaphore room;
    private final long patienceMillis;
    private volatile boolean closed;

    public Inbox() {
        this(4_096, 5_000);
    }

    /**
     * @param wishes how many may wait at once
     * @param patienceMillis how long one waits for room, milliseconds
     */
    Inbox(int wishes, long patienceMillis) {
        room = new Semaphore(wishes);
        this.patienceMillis = patienceMillis;
    }

    /** Something has happened to a job; it is decided on, however long that takes. */
    public void fact(Input input) {
        messages.add(Message.fact(input));
    }

    /** The GPUs have been looked at. Only the latest look counts. */
    public void polled(GpuSnapshot snapshot) {
        if (look.getAndSet(snapshot) == null) {
            messages.add(Message.passing(new Input.Polled()));
        }
    }

    /**
     * Waits for an answer.
     *
     * @param fact whether it has happened already, so that it is kept even if the answer is a refusal
     */
    Answer ask(Input input, boolean fact) throws InterruptedException {
        if (!room.tryAcquire(patienceMillis, TimeUnit.MILLISECONDS)) {
            if (fact) {
                fact(input);
            }
            return new Answer.Refused(new Refusal(
                    Refusal.Kind.FAILED, "too many others are asking for something", "try again in a moment"));
        }
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        try {
            messages.add(new Message(input, fact, Optional.of(answer)));
            if (closed) {
                refuseAll();
            }
            return answer.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("answers are values", e);
        } finally {
            room.release();
        }
    }

    /**
     * What has come, at most {@code limit}; waits for the first at most so many nanoseconds. While nobody waits for what
     * came, it waits a moment for more: the end of a short job mostly follows, and all of it is then written at once. The
     * loop's thread only.
     */
    List<Message> take(int limit, long waitNanos) throws InterruptedException {
        List<Message> taken = new ArrayList<>();
        messages.drainTo(taken, limit);
        if (taken.isEmpty() && waitNanos > 0) {
            takeNext(taken, limit, waitNanos);
        }
        if (taken.isEmpty() || waitNanos <= 0) {
            return taken;
        }
        long untilNanos = System.nanoTime() + MOMENT_NANOS;
        int unhurried = 0;
        while (taken.size() < limit && taken.stream().skip(unhurried).allMatch(Message::unhurried)) {
            unhurried = taken.size();
            if (!takeNext(taken, limit, untilNanos - System.nanoTime())) {
                break;
            }
        }
        return taken;
    }

    /** Adds the next and what has come with it; false when nothing came in time. */
    private boolean takeNext(List<Message> taken, int limit, long waitNanos) throws InterruptedException {
        Message next = messages.poll(waitNanos, TimeUnit.NANOSECONDS);
        if (next == null) {
            return false;
        }
        taken.add(next);
        messages.drainTo(taken, limit - taken.size());
        return true;
    }

    /** The latest look, if there is one that has not been taken. */
    Optional<GpuSnapshot> takeLook() {
        return Optional.ofNullable(look.getAndSet(null));
    }

    int size() {
        return messages.size();
    }

    /** Ends a {@link #take} that waits. */
    void wake() {
        messages.add(Message.passing(new Input.Tick()));
    }

    /** From now on everybody who asks is refused, and so are those who wait. */
    void close() {
        closed = true;
        refuseAll();
    }

    private void refuseAll() {
        for (Message left = messages.poll(); left != null; left = messages.poll()) {
            left.refuse(STOPPING);
        }
    }
}
