package org.gpuq.grafana;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.gpuq.daemon.metrics.Metrics;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Prometheus on a free port, with a directory of its own; scrapes one target every second. */
final class PrometheusServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Process process;
    private final Path log;
    private final URI base;
    private final HttpClient client = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();

    private PrometheusServer(Process process, Path log, URI base) {
        this.process = process;
        this.log = log;
        this.base = base;
    }

    static PrometheusServer start(Tool program, Path directory, URI target, Path rules) throws IOException {
        Path configuration = directory.resolve("prometheus.yml");
        Files.writeString(configuration, """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: ["%s"]
                scrape_configs:
                  - job_name: gpuq
                    metrics_path: %s
                    static_configs:
                      - targets: ["%s"]
                """.formatted(rules, target.getPath(), target.getAuthority()));
        String address = "127.0.0.1:" + freePort();
        Path log = directory.resolve("log");
        Process process = new ProcessBuilder(
                        program.program().toString(),
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=" + address)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new PrometheusServer(process, log, URI.create("http://" + address));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, Metrics.loopback())) {
            return socket.getLocalPort();
        }
    }

    /** Waits until a metric has been scraped that often. */
    void awaitSamples(String metric, int times) throws IOException, InterruptedException {
        await("scrapes", () -> {
            JsonNode result = query("count_over_time(" + metric + "[1h])").at("/data/result/0/value/1");
            return Integer.parseInt(result.asString("0")) >= times;
        });
    }

    JsonNode query(String expression) throws IOException, InterruptedException {
        return get("/api/v1/query?query=" + URLEncoder.encode(expression, UTF_8));
    }

    /** One word a rule, once all have been evaluated. */
    List<String> ruleHealth() throws IOException, InterruptedException {
        List<String> health = new ArrayList<>();
        await("rules", () -> {
            health.clear();
            for (JsonNode rule : get("/api/v1/rules").at("/data/groups/0/rules")) {
                health.add(rule.get("health").asString());
            }
            return !health.isEmpty() && !health.contains("unknown");
        });
        return health;
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE).build();
        return json.readTree(
                client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private void await(String what, Callable<Boolean> condition) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        String last = "";
        while (process.isAlive() && Instant.now().isBefore(end)) {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                last = e.toString(); // it may not listen yet
            }
            Thread.sleep(100);
        }
        throw new IOException("no " + what + " from Prometheus: " + last + "\n" + Files.readString(log));
    }

    @Override
    public void close() {
        client.close();
        process.destroy();
        try {
            process.waitFor(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
