package org.gpuq.daemon.control;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.gpuq.daemon.port.CommandHandler;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.newsclub.net.unix.AFUNIXServerSocketChannel;

/** The daemon's control socket, from the moment it can be connected to until it is closed. Thread-safe. */
public final class ControlServer implements AutoCloseable {

    /** The name of the thread without which nobody is answered. */
    public static final String THREAD = "control";

    /** Long enough for the answer to the command that stops the daemon. */
    private static final Duration GRACE = Duration.ofMillis(200);

    private final Calls calls;
    private final ConnectionLoop loop;
    private final Thread thread;

    private ControlServer(Calls calls, ConnectionLoop loop) {
        this.calls = calls;
        this.loop = loop;
        this.thread = Thread.ofPlatform().name(THREAD).start(loop);
    }

    /**
     * Opens the socket and answers calls from now on. The caller holds the lock of the daemon's state directory: a
     * socket of the same user that nobody answers is replaced.
     *
     * @throws IOException when the socket cannot be opened there; its message is a sentence for people
     */
    public static ControlServer open(Path socket, Admission admission, ControlLimits limits, CommandHandler handler)
            throws IOException {
        AFUNIXServerSocketChannel channel = AFUNIXSelectorProvider.provider().openServerSocketChannel();
        try {
            SocketFile file = SocketFile.bind(channel, socket, admission);
            var calls = new Calls(handler);
            return new ControlServer(calls, new ConnectionLoop(channel, file, admission, limits, calls));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Takes no further calls, removes the socket, gives the calls under way a moment to end by themselves, interrupts
     * those that do not, and closes all connections once their answers are out. Takes about two seconds at most.
     */
    @Override
    public void close() {
        try {
            loop.stopAccepting();
            calls.stop(GRACE);
            loop.stop();
            thread.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the thread that closes is in a hurry: the process is about to end
        }
    }
}
