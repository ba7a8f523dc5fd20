package org.gpuq.daemon.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.newsclub.net.unix.AFUNIXServerSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that accepts, reads, and closes. It sleeps as long as nothing happens and nobody is late. */
final class ConnectionLoop implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionLoop.class);
    private static final long SWEEP_MILLIS = 500;
    private static final long LAST_ANSWERS_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int FAILED_RESTS = 100;
    private static final int ACCEPTED_AT_ONCE = 16;
    private static final int READ_BYTES = 64 << 10;
    private static final int NOT_PERMITTED = 4;
    private static final int FAILED = 1;
    private static final int NO_OPERATIONS = 0;

    private enum Phase {
        ACCEPTING,
        ANSWERING,
        ENDING
    }

    private final AFUNIXServerSocketChannel server;
    private final SocketFile file;
    private final Admission admission;
    private final ControlLimits limits;
    private final Calls calls;
    private final Quotas quotas;
    private final Selector selector;
    private final SelectionKey accepting;
    private final Map<AFUNIXSocketChannel, Connection> connections = new HashMap<>();
    private final ConcurrentLinkedQueue<AFUNIXSocketChannel> needAttention = new ConcurrentLinkedQueue<>();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(READ_BYTES);
    private volatile Phase phase = Phase.ACCEPTING;
    private long nextSweep;
    private boolean deadlines;
    private int failedRests;

    ConnectionLoop(
            AFUNIXServerSocketChannel server, SocketFile file, Admission admission, ControlLimits limits, Calls calls)
            throws IOException {
        this.server = server;
        this.file = file;
        this.admission = admission;
        this.limits = limits;
        this.calls = calls;
        this.quotas = new Quotas(limits);
        this.selector = AFUNIXSelectorProvider.provider().openSelector();
        server.configureBlocking(false);
        this.accepting = server.register(selector, SelectionKey.OP_ACCEPT);
    }

    void stopAccepting() {
        phase = Phase.ANSWERING;
        selector.wakeup();
    }

    void stop() {
        phase = Phase.ENDING;
        selector.wakeup();
    }

    @Override
    public void run() {
        try {
            while (phase == Phase.ACCEPTING) {
                turn();
            }
            // Whoever has connected by now is answered: a connection that is closed unheard looks like a daemon that
            // died. Not after the file has gone: junixsocket accepts nobody on a socket that has lost its name.
            while (acceptSome()) {
                LOG.debug("more have connected");
            }
            file.remove();
            server.close();
            while (phase == Phase.ANSWERING) {
                turn();
            }
            connections.values().forEach(Connection::turnAway);
            long until = System.nanoTime() + LAST_ANSWERS_NANOS;
            deadlines = true;
            while (System.nanoTime() < until
                    && connections.values().stream().anyMatch(c -> c.outbox().hasQueued())) {
                turn();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the control socket failed", e);
        } finally {
            connections.values().forEach(ConnectionLoop::abandon);
        }
    }

    private static void abandon(Connection connection) {
        try {
            connection.abandon();
        } catch (IOException e) {
            LOG.debug("closing a connection failed", e);
        }
    }

    private void turn() throws IOException {
        rest();
        for (var channel = needAttention.poll(); channel != null; channel = needAttention.poll()) {
            attend(channel);
        }
        var selected = selector.selectedKeys();
        for (SelectionKey key : List.copyOf(selected)) {
            if (key.channel() instanceof AFUNIXSocketChannel channel) {
                serve(channel, key);
            }
        }
        if (selected.contains(accepting)) {
            boolean _ = acceptSome();
        }
        selected.clear();
        sweep();
    }

    private void rest() throws IOException {
        try {
            if (deadlines) {
                selector.select(SWEEP_MILLIS);
            } else {
                selector.select(); // junixsocket's select(0) does not wait for ever as the JDK's does: it spins
            }
            failedRests = 0;
        } catch (SocketException e) {
            // A signal that reaches this thread, a profiler's say, is an error to junixsocket.
            failedRests++;
            if (failedRests == FAILED_RESTS) {
                throw e;
            }
        }
    }

    /**
     * A few at a time: those who have left already are seen to before they count against anybody.
     *
     * @return whether there may be more
     */
    private boolean acceptSome() {
        try {
            for (int i = 0; i < ACCEPTED_AT_ONCE; i++) {
                AFUNIXSocketChannel channel = server.accept();
                if (channel == null) {
                    return false;
                }
                admit(channel);
            }
            return true;
        } catch (IOException e) {
            // Out of descriptors, say: look again at the next sweep instead of at once and for ever.
            LOG.warn("no connection can be accepted", e);
            accepting.interestOps(0);
            deadlines = true;
            return false;
        }
    }

    private void admit(AFUNIXSocketChannel channel) throws IOException {
        Peer peer;
        try {
            channel.configureBlocking(false);
            peer = Peer.of(channel);
        } catch (IOException e) {
            LOG.debug("a client left at once", e);
            channel.close();
            return;
        }
        if (!admission.admits(peer.uid())) {
            refuse(
                    channel,
                    "This daemon is another user's. Use your own: unset GPUQ_SOCKET, GPUQ_DIR and TS_SOCKET.",
                    NOT_PERMITTED);
            return;
        }
        Optional<String> full = quotas.connect(peer.uid());
        if (full.isPresent()) {
            refuse(channel, full.get() + " Try again when some have ended.", FAILED);
            return;
        }
        if (!welcome(channel)) {
            quotas.disconnect(peer.uid(), 0);
            channel.close();
            return;
        }
        connections.put(channel, new Connection(channel, peer, () -> ask(channel), quotas, limits, calls::begin));
        deadlines = true;
        // q sends its request with the connection: it is often there already, and is answered while the rest is done.
        int interest = serve(channel);
        if (interest != NO_OPERATIONS) {
            channel.register(selector, interest);
        }
    }

    /** A q that hears nothing at all before its connection ends knows that nobody has read its request. */
    private static boolean welcome(AFUNIXSocketChannel channel) {
        try {
            channel.write(ByteBuffer.wrap(Frames.frame(Frames.WELCOME)));
            return true;
        } catch (IOException e) {
            LOG.debug("a client left at once", e);
            return false;
        }
    }

    private static void refuse(AFUNIXSocketChannel channel, String why, int status) throws IOException {
        try (channel) {
            tell(channel, why, status);
        }
    }

    private static void tell(AFUNIXSocketChannel channel, String why, int status) {
        byte[] sentence = ("q: " + why + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            channel.write(ByteBuffer.wrap(Frames.joined(
                    List.of(Frames.frame(Frames.STDERR, sentence), Frames.frame(Frames.EXIT, (byte) status)))));
        } catch (IOException e) {
            LOG.debug("a refused client left first", e);
        }
    }

    private void ask(AFUNIXSocketChannel channel) {
        needAttention.add(channel);
        selector.wakeup();
    }

    private void attend(AFUNIXSocketChannel channel) {
        SelectionKey key = channel.keyFor(selector);
        if (key != null && key.isValid() && connections.containsKey(channel)) {
            serve(channel, key);
        }
    }

    private void serve(AFUNIXSocketChannel channel, SelectionKey key) {
        int interest = serve(channel);
        if (interest != NO_OPERATIONS) {
            key.interestOps(interest);
        }
    }

    /**
     * Reads, writes on, closes: whatever this connection needs now.
     *
     * @return what to wait for next: OP_READ, OP_WRITE; {@link #NO_OPERATIONS} when the connection is closed
     */
    private int serve(AFUNIXSocketChannel channel) {
        Connection connection = connections.get(channel);
        if (connection == null) {
            return NO_OPERATIONS;
        }
        try {
            boolean there = connection.read(scratch);
            connection.outbox().flush();
            if (!there || connection.outbox().broken()) {
                drop(channel);
                return NO_OPERATIONS;
            }
            boolean queued = connection.outbox().hasQueued();
            deadlines |= queued;
            return queued ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        } catch (IOException e) {
            LOG.debug("connection of uid {} broke", connection.peer().uid(), e);
        } catch (ProtocolViolation e) {
            LOG.info(
                    "connection of uid {} (pid {}) closed: {}",
                    connection.peer().uid(),
                    connection.peer().pid(),
                    e.getMessage());
            e.told().ifPresent(why -> tell(channel, why, FAILED));
        }
        drop(channel);
        return NO_OPERATIONS;
    }

    private void sweep() {
        long now = System.nanoTime();
        if (!deadlines || now < nextSweep) {
            return;
        }
        nextSweep = now + TimeUnit.MILLISECONDS.toNanos(SWEEP_MILLIS);
        var late = new ArrayList<AFUNIXSocketChannel>();
        deadlines = false;
        connections.forEach((channel, connection) -> {
            if (connection.overdue(now)) {
                late.add(channel);
            } else {
                deadlines |= connection.hasDeadline();
            }
        });
        late.forEach(this::drop);
        if (accepting.isValid()) {
            accepting.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    private void drop(AFUNIXSocketChannel channel) {
        Connection connection = connections.remove(channel);
        if (connection == null) {
            return;
        }
        try {
            connection.close();
        } catch (IOException e) {
            LOG.debug("closing a connection failed", e);
        }
    }
}
