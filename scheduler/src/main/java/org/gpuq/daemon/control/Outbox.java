package org.gpuq.daemon.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.newsclub.net.unix.AFUNIXSocketChannel;

/**
 * What goes to one client. The sending thread writes by itself while the client keeps up, which saves a hop to the
 * selector's thread; the rest waits in a bounded queue that the selector empties. Thread-safe.
 */
final class Outbox {

    /** Asks the selector's thread to look after this connection: to write on, or to close it. */
    interface Attention {
        void needed();
    }

    private static final long BOUND_BYTES = 1 << 20;

    private final AFUNIXSocketChannel channel;
    private final Attention attention;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();
    private long queuedBytes;
    private long waitingSince;
    private boolean broken;
    private boolean finished;

    Outbox(AFUNIXSocketChannel channel, Attention attention) {
        this.channel = channel;
        this.attention = attention;
    }

    /** Sends a frame; waits while too much is queued already. Does nothing once the connection is gone. */
    void send(byte[] frame) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (queuedBytes > BOUND_BYTES && !broken) {
                room.await();
            }
            put(frame);
        } finally {
            lock.unlock();
        }
    }

    /** Sends the last frame, whatever is queued. The client may take {@code stallTime} from now to leave. */
    void finish(byte[] frame) {
        lock.lock();
        try {
            put(frame);
            finished = true;
            if (queue.isEmpty()) {
                waitingSince = System.nanoTime();
            }
        } finally {
            lock.unlock();
        }
    }

    private void put(byte[] frame) {
        if (broken || finished) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        boolean first = queue.isEmpty();
        if (first) {
            write(bytes);
        }
        if (bytes.hasRemaining() && !broken) {
            if (first) {
                waitingSince = System.nanoTime();
                attention.needed();
            }
            queue.add(bytes);
            queuedBytes += bytes.remaining();
        }
    }

    private void write(ByteBuffer bytes) {
        try {
            int count;
            do {
                count = channel.write(bytes);
            } while (count > 0 && bytes.hasRemaining());
        } catch (IOException e) {
            // The client left; the selector's thread alone closes, so that nobody writes to a reused descriptor.
            breakOff();
            attention.needed();
        }
    }

    /** Writes what the socket takes now. The selector's thread calls this. */
    void flush() {
        lock.lock();
        try {
            while (!queue.isEmpty()) {
                ByteBuffer first = queue.getFirst();
                int before = first.remaining();
                write(first);
                if (broken) {
                    return; // nothing is queued any more, and a failed write may have emptied the buffer
                }
                if (first.remaining() < before) {
                    queuedBytes -= before - first.remaining();
                    waitingSince = System.nanoTime();
                    room.signalAll();
                }
                if (first.hasRemaining()) {
                    return;
                }
                queue.removeFirst();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Closes the channel; nothing is written afterwards. The selector's thread calls this. */
    void close() throws IOException {
        lock.lock();
        try {
            breakOff();
            channel.close();
        } finally {
            lock.unlock();
        }
    }

    private void breakOff() {
        broken = true;
        queue.clear();
        queuedBytes = 0;
        room.signalAll();
    }

    boolean broken() {
        return asked(() -> broken);
    }

    boolean hasQueued() {
        return asked(() -> !queue.isEmpty());
    }

    boolean finished() {
        return asked(() -> finished);
    }

    /** Whether it is the client's turn to read, or to leave after its exit status. */
    boolean waiting() {
        return asked(() -> finished || !queue.isEmpty());
    }

    /** Whether the client has let {@link #waiting} last for longer than {@code nanos} without any progress. */
    boolean stalled(long now, long nanos) {
        return asked(() -> (finished || !queue.isEmpty()) && now - waitingSince > nanos);
    }

    private boolean asked(java.util.function.BooleanSupplier question) {
        lock.lock();
        try {
            return question.getAsBoolean();
        } finally {
            lock.unlock();
        }
    }
}
