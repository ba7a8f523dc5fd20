package org.gpuq.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.gpuq.core.engine.View;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final AtomicReference<View> published = new AtomicReference<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void closeAll() throws Exception {
        client.close();
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    private Metrics start(Optional<InetSocketAddress> address) {
        Metrics metrics = Metrics.start(address, published::get, "1.2.3", Instant.EPOCH);
        opened.add(metrics);
        return metrics;
    }

    private static MetricsStatus settled(Metrics metrics) throws InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        while (metrics.status() instanceof MetricsStatus.Starting
                && Instant.now().isBefore(end)) {
            Thread.sleep(5);
        }
        return metrics.status();
    }

    private URI serving(Metrics metrics) throws InterruptedException {
        MetricsStatus status = settled(metrics);
        assertThat(status).isInstanceOf(MetricsStatus.Serving.class);
        return ((MetricsStatus.Serving) status).uri();
    }

    private HttpResponse<String> ask(String method, URI uri) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(PATIENCE)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static Optional<InetSocketAddress> anyPort() {
        return Optional.of(new InetSocketAddress(Metrics.loopback(), 0));
    }

    @Test
    void what_happens_while_it_comes_up_is_counted() throws Exception {
        Metrics metrics = start(anyPort());
        Scene scene = new Scene(metrics);
        scene.submit("ann", 0);
        published.set(scene.view());
        URI uri = serving(metrics);
        scene.submit("ann", 0);
        published.set(scene.view());

        HttpResponse<String> response = ask("GET", uri);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains(Instruments.CONTENT_TYPE);
        assertThat(response.body()).contains("gpuq_jobs_submitted_total{line=\"cpu\"} 2.0\n");
    }

    @Test
    void it_is_read_only_and_has_two_pages() throws Exception {
        Metrics metrics = start(anyPort());
        published.set(new Scene(metrics).view());
        URI uri = serving(metrics);

        assertThat(ask("GET", uri.resolve("/")).body()).contains("href=\"/metrics\"");
        HttpResponse<String> head = ask("HEAD", uri);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS")) {
            HttpResponse<String> refused = ask(method, uri);
            assertThat(refused.statusCode()).as(method).isEqualTo(405);
            assertThat(refused.headers().firstValue("Allow")).contains("GET, HEAD");
        }
        assertThat(ask("GET", uri.resolve("/metrics/")).statusCode()).isEqualTo(404);
        assertThat(ask("GET", uri.resolve("/jobs")).statusCode()).isEqualTo(404);
    }

    @Test
    void a_failing_scrape_is_an_error_and_the_next_one_works() throws Exception {
        Metrics metrics = start(anyPort());
        URI uri = serving(metrics); // nothing is published yet: the view is null, which must not happen

        assertThat(ask("GET", uri).statusCode()).isEqualTo(500);

        published.set(new Scene(metrics).view());
        assertThat(ask("GET", uri).statusCode()).isEqualTo(200);
    }

    @Test
    void silent_connections_hold_up_nobody() throws Exception {
        Metrics metrics = start(anyPort());
        published.set(new Scene(metrics).view());
        URI uri = serving(metrics);
        for (int i = 0; i < 10; i++) {
            Socket silent = new Socket(Metrics.loopback(), uri.getPort());
            opened.add(silent);
            silent.getOutputStream().write("GET /metr".getBytes(StandardCharsets.US_ASCII));
        }

        assertThat(ask("GET", uri).statusCode()).isEqualTo(200);
    }

    @Test
    void a_taken_port_is_a_sentence_and_the_daemon_goes_on() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, Metrics.loopback())) {
            Metrics metrics = start(Metrics.loopback(taken.getLocalPort()));

            assertThat(settled(metrics))
                    .isEqualTo(new MetricsStatus.Unavailable("metrics are not served on 127.0.0.1:"
                            + taken.getLocalPort()
                            + ": Address already in use; another port can be set in the configuration"));
            new Scene(metrics).submit("ann", 0);
        }
    }

    @Test
    void port_0_turns_it_off() {
        Metrics metrics = start(Metrics.loopback(0));
        new Scene(metrics).submit("ann", 0);

        assertThat(metrics.status()).isEqualTo(new MetricsStatus.Off());
    }
}
