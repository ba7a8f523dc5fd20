package org.gpuq.daemon.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers GET and HEAD for the metrics and for a page that links to them; nothing can be changed through it. A flood of
 * requests or a client that does not go on costs its own connection.
 */
final class MetricsServer implements AutoCloseable {
    static final String PATH = "/metrics";

    private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
    private static final int BACKLOG = 16;
    private static final int CONNECTIONS = 32;
    private static final int REQUEST_SECONDS = 5;
    private static final int RESPONSE_SECONDS = 10;
    private static final String PLAIN = "text/plain; charset=utf-8";
    private static final byte[] PAGE = """
            <!doctype html><title>gpuq</title><h1>gpuq</h1><p><a href="/metrics">Metrics</a> for Prometheus.</p>
            """.getBytes(UTF_8);

    private final HttpServer server;
    private final ThreadPoolExecutor threads;

    /** What a scrape returns. */
    @FunctionalInterface
    interface Scrape {
        byte[] text() throws IOException;
    }

    /**
     * Listens as soon as it is made.
     *
     * @throws IOException when the address cannot be had
     */
    MetricsServer(InetSocketAddress address, Scrape scrape) throws IOException {
        properties();
        server = HttpServer.create(address, BACKLOG);
        // A thread is in use while its connection has a request on the way: none may have to wait for another's.
        threads = new ThreadPoolExecutor(
                0,
                CONNECTIONS,
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Thread.ofPlatform().daemon().name("metrics-", 0).factory());
        server.setExecutor(threads);
        server.createContext("/", exchange -> answer(exchange, scrape));
        server.start();
    }

    /** The JDK's server takes these from system properties only, once; what an administrator set there stands. */
    private static void properties() {
        property("jdk.httpserver.maxConnections", Integer.toString(CONNECTIONS));
        property("sun.net.httpserver.maxReqTime", Integer.toString(REQUEST_SECONDS));
        property("sun.net.httpserver.maxRspTime", Integer.toString(RESPONSE_SECONDS));
        property("sun.net.httpserver.nodelay", "true"); // or each answer waits 40 ms for the client's acknowledgement
    }

    private static void property(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    private static void answer(HttpExchange exchange, Scrape scrape) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            String path = exchange.getRequestURI().getPath();
            if (!PATH.equals(path) && !"/".equals(path)) {
                send(exchange, 404, PLAIN, "not found: try /metrics\n".getBytes(UTF_8));
            } else if (!"GET".equals(method) && !"HEAD".equals(method)) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                send(exchange, 405, PLAIN, "only GET and HEAD\n".getBytes(UTF_8));
            } else if (PATH.equals(path)) {
                metrics(exchange, scrape);
            } else {
                send(exchange, 200, "text/html; charset=utf-8", PAGE);
            }
        }
    }

    private static void metrics(HttpExchange exchange, Scrape scrape) throws IOException {
        byte[] text;
        try {
            text = scrape.text();
        } catch (IOException | RuntimeException e) {
            LOG.warn("the metrics could not be put together", e);
            send(exchange, 500, PLAIN, "the metrics could not be put together: see the daemon's log\n".getBytes(UTF_8));
            return;
        }
        send(exchange, 200, Instruments.CONTENT_TYPE, text);
    }

    private static void send(HttpExchange exchange, int code, String type, byte[] body) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Content-Security-Policy", "default-src 'none'");
        if ("HEAD".equals(exchange.getRequestMethod())) {
            headers.set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(code, -1);
            return;
        }
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
