package org.gpuq.daemon.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.gpuq.daemon.port.ForegroundEvent;
import org.newsclub.net.unix.AFUNIXSocketChannel;

/** One connection as the selector's thread sees it; no other thread touches it, but for its outbox and reports. */
final class Connection implements FrameAssembler.Sink {

    private static final int REPORT_BYTES = 1024;

    /** A flag, and the output. */
    private static final int CAPTURED_BYTES = 1 + ForegroundEvent.Captured.MOST_BYTES;

    private final AFUNIXSocketChannel channel;
    private final Peer peer;
    private final Outbox outbox;
    private final Quotas quotas;
    private final ControlLimits limits;
    private final BiConsumer<Connection, Opening> opened;
    private final Reports reports = new Reports();
    private final FrameAssembler assembler = new FrameAssembler(this);
    private final OpeningReader opening = new OpeningReader();
    private final long since = System.nanoTime();
    private boolean open;
    private boolean captured;
    private long heldBytes;

    /** @param opened is called once, when the request is complete */
    Connection(
            AFUNIXSocketChannel channel,
            Peer peer,
            Outbox.Attention attention,
            Quotas quotas,
            ControlLimits limits,
            BiConsumer<Connection, Opening> opened) {
        this.channel = channel;
        this.peer = peer;
        this.outbox = new Outbox(channel, attention);
        this.quotas = quotas;
        this.limits = limits;
        this.opened = opened;
    }

    /**
     * Reads once.
     *
     * @param scratch empty, of any size
     * @return whether the other end is still there
     */
    boolean read(ByteBuffer scratch) throws IOException, ProtocolViolation {
        scratch.clear();
        if (channel.read(scratch) < 0) {
            return false;
        }
        assembler.feed(scratch.flip());
        return true;
    }

    /** The daemon ends. One whose request has not come in whole is told that nothing of it was done. */
    void turnAway() {
        if (!open) {
            outbox.finish(Frames.frame(Frames.AGAIN));
        }
    }

    @Override
    public void announced(int type, long length) throws ProtocolViolation {
        boolean report = type == Frames.STARTED
                || type == Frames.ENDED
                || type == Frames.NOT_STARTED
                || type == Frames.FILE_FAILED
                || type == Frames.CAPTURED;
        if (type < Frames.HELLO || type > Frames.CAPTURED || report != open) {
            throw new ProtocolViolation("frame " + type + (open ? " after" : " in") + " the request");
        }
        if (open && type != Frames.CAPTURED) {
            if (length > REPORT_BYTES) {
                throw new ProtocolViolation("a report of " + length + " bytes");
            }
            return;
        }
        if (open && (captured || length < 1 || length > CAPTURED_BYTES)) {
            throw new ProtocolViolation("a command's output of " + length + " bytes" + (captured ? ", once more" : ""));
        }
        captured |= open;
        long bytes = Frames.HEADER_BYTES + length;
        if (heldBytes + bytes > limits.requestBytes()) {
            throw new ProtocolViolation(
                    "a request too large",
                    "The call is too large: its words and its environment may have " + limits.requestBytes()
                            + " bytes together here (control.request_size).");
        }
        if (!quotas.charge(peer.uid(), bytes)) {
            throw new ProtocolViolation(
                    "a user's requests too large together",
                    "Your calls that are under way are too large together: " + limits.requestBytesPerUser()
                            + " bytes are all that one user gets (control.request_size_per_user). Try again when some have"
                            + " ended.");
        }
        heldBytes += bytes;
    }

    @Override
    public void frame(int type, byte[] payload) throws ProtocolViolation {
        if (open) {
            reports.add(EventReader.read(type, payload));
            return;
        }
        Optional<Opening> complete = opening.accept(type, payload);
        if (complete.isPresent()) {
            open = true;
            opened.accept(this, complete.get());
        }
    }

    /** Whether something has to happen before long, so that somebody has to look at the clock. */
    boolean hasDeadline() {
        return !open || outbox.waiting();
    }

    /** Whether the client has taken longer than it may. */
    boolean overdue(long now) {
        return outbox.stalled(now, limits.stallTime().toNanos())
                || (!open && now - since > limits.requestTime().toNanos());
    }

    /** The client is gone. */
    void close() throws IOException {
        reports.leave();
        abandon();
    }

    /** The daemon ends; the client may come to the next one. */
    void abandon() throws IOException {
        quotas.disconnect(peer.uid(), heldBytes);
        outbox.close();
    }

    Peer peer() {
        return peer;
    }

    Outbox outbox() {
        return outbox;
    }

    Reports reports() {
        return reports;
    }
}
