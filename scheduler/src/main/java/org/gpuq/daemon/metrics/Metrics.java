package org.gpuq.daemon.metrics;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.View;
import org.gpuq.daemon.port.Journal;
import org.gpuq.daemon.port.Observer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics room's front. It comes up on a thread of its own, for the registry takes longer to load than the rest of
 * the daemon has time to start in; what happens meanwhile is counted all the same. Thread-safe.
 */
public final class Metrics implements Observer, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);

    private final Deferred<Instruments> instruments = new Deferred<>();
    private MetricsStatus status = new MetricsStatus.Starting();
    private Optional<MetricsServer> server = Optional.empty();

    private Metrics() {}

    /**
     * Returns at once.
     *
     * @param address where to listen; empty: nowhere, and nothing is counted
     * @param view asked at each scrape, from threads of this room
     * @param version the daemon's
     * @param startedAt when the daemon started, by the wall clock
     */
    public static Metrics start(
            Optional<InetSocketAddress> address, Supplier<View> view, String version, Instant startedAt) {
        Metrics metrics = new Metrics();
        address.ifPresentOrElse(
                where -> Thread.ofPlatform()
                        .daemon()
                        .name("metrics")
                        .start(() -> metrics.bringUp(where, view, new DaemonGauges(version, startedAt))),
                () -> metrics.giveUp(new MetricsStatus.Off()));
        return metrics;
    }

    /**
     * The address for a configured port: this machine only.
     *
     * @param port 0 (off) to 65535
     */
    public static Optional<InetSocketAddress> loopback(int port) {
        return port == 0 ? Optional.empty() : Optional.of(new InetSocketAddress(loopback(), port));
    }

    /** 127.0.0.1, whatever the resolver would say. */
    public static InetAddress loopback() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    private void bringUp(InetSocketAddress address, Supplier<View> view, DaemonGauges daemon) {
        try {
            Instruments made = new Instruments(daemon);
            serving(new MetricsServer(address, () -> made.scrape(view.get())));
            instruments.made(made);
        } catch (IOException | RuntimeException | LinkageError e) {
            String reason = sentence(address, e);
            LOG.warn("{}", reason, e instanceof BindException ? null : e);
            giveUp(new MetricsStatus.Unavailable(reason));
        }
    }

    private static String sentence(InetSocketAddress address, Throwable why) {
        return "metrics are not served on 127.0.0.1:" + address.getPort() + ": " + why.getMessage()
                + (why instanceof BindException ? "; another port can be set in the configuration" : "");
    }

    private synchronized void serving(MetricsServer listening) {
        if (status instanceof MetricsStatus.Closed) {
            listening.close();
            return;
        }
        server = Optional.of(listening);
        status = new MetricsStatus.Serving(listening.address());
    }

    private synchronized void giveUp(MetricsStatus why) {
        instruments.abandon();
        status = why;
    }

    public synchronized MetricsStatus status() {
        return status;
    }

    @Override
    public void happened(Event event, View before, View after) {
        instruments.use(them -> them.happened(event, before, after));
    }

    @Override
    public void polled(View view) {
        instruments.use(them -> them.polled(view));
    }

    /** A journal that does what {@code journal} does, and is timed. */
    public Journal timed(Journal journal) {
        return new TimedJournal(
                journal,
                took -> instruments.use(them -> them.appended(took)),
                () -> instruments.use(Instruments::appendFailed));
    }

    /** Stops listening; requests under way are dropped. */
    @Override
    public void close() {
        Optional<MetricsServer> listening;
        synchronized (this) {
            listening = server;
            server = Optional.empty();
            giveUp(new MetricsStatus.Closed());
        }
        listening.ifPresent(MetricsServer::close);
    }
}
