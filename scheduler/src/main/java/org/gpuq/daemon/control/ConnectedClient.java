package org.gpuq.daemon.control;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.Caller;
import org.gpuq.daemon.port.Client;
import org.gpuq.daemon.port.ForegroundEvent;
import org.gpuq.daemon.port.ForegroundOrder;

/**
 * A client behind a socket.
 *
 * @param caller who it is
 * @param outbox what goes to it
 * @param reports what came from it
 */
record ConnectedClient(Caller caller, Outbox outbox, Reports reports) implements Client {

    /** Larger output is cut into frames of this size, so that a slow client is felt early. */
    private static final int CHUNK_BYTES = 128 << 10;

    @Override
    public void out(byte[] bytes) throws InterruptedException {
        print(Frames.STDOUT, bytes);
    }

    @Override
    public void err(byte[] bytes) throws InterruptedException {
        print(Frames.STDERR, bytes);
    }

    private void print(int type, byte[] bytes) throws InterruptedException {
        for (int at = 0; at < bytes.length; at += CHUNK_BYTES) {
            outbox.send(Frames.frame(type, bytes, at, Math.min(CHUNK_BYTES, bytes.length - at)));
        }
    }

    @Override
    public void showFile(RawBytes path, long offset, boolean follow) throws InterruptedException {
        outbox.send(Frames.file(path, offset, follow));
    }

    @Override
    public void endFile() throws InterruptedException {
        outbox.send(Frames.frame(Frames.FILE_END));
    }

    @Override
    public void run(ForegroundOrder order) throws InterruptedException {
        outbox.send(Frames.run(order));
    }

    @Override
    public void signal(int number) throws InterruptedException {
        outbox.send(Frames.frame(Frames.SIGNAL, (byte) number));
    }

    @Override
    public void capture(List<RawBytes> words) throws InterruptedException {
        outbox.send(Frames.capture(words, ForegroundEvent.Captured.MOST_BYTES));
    }

    @Override
    public void retryAs(List<RawBytes> words) throws InterruptedException {
        outbox.send(Frames.frame(Frames.RETRY_AS, Frames.list(words)));
    }

    @Override
    public void detach() throws InterruptedException {
        outbox.send(Frames.frame(Frames.DETACH));
    }

    @Override
    public void release() throws InterruptedException {
        outbox.send(Frames.frame(Frames.RELEASE));
    }

    @Override
    public ForegroundEvent await() throws InterruptedException {
        return reports.next();
    }

    @Override
    public Optional<ForegroundEvent> await(Duration limit) throws InterruptedException {
        return reports.next(limit);
    }

    @Override
    public boolean gone() {
        return reports.gone();
    }

    @Override
    public void onGone(Runnable action) {
        reports.onGone(action);
    }
}
