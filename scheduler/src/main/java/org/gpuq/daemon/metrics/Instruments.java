package org.gpuq.daemon.metrics;

import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.View;

/** All metrics of the catalogue, live. Thread-safe. */
final class Instruments {
    /** The text format every Prometheus reads; the newer ones add nothing that is used here. */
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** Micrometer adds a decaying maximum to each timer, which the catalogue does not have. */
    private static final Set<String> EXPOSED = Arrays.stream(Metric.values())
            .map(metric -> metric.exposed().replaceFirst("_(total|info)$", ""))
            .collect(Collectors.toUnmodifiableSet());

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Counters counters = new Counters(registry);
    private final GaugeRows gauges = new GaugeRows(registry);
    private final EventCounters events = new EventCounters(counters);
    private final HeldTime held = new HeldTime(counters);
    private final Timer journal = counters.histogram(Metric.JOURNAL_APPEND);
    private final DaemonGauges daemon;

    Instruments(DaemonGauges daemon) {
        this.daemon = daemon;
        counters.counter(Metric.JOURNAL_FAILURES);
    }

    void happened(Event event, View before, View after) {
        events.happened(event, before, after);
        held.advance(after);
    }

    void polled(View view) {
        events.polled(view);
        held.refresh(view);
    }

    void appended(Duration took) {
        journal.record(took);
    }

    void appendFailed() {
        counters.counter(Metric.JOURNAL_FAILURES).increment();
    }

    /** One picture of the queue in the text format. One scrape at a time: a picture replaces the one before. */
    synchronized byte[] scrape(View view) throws IOException {
        held.refresh(view);
        gauges.begin();
        GpuGauges.write(view, gauges);
        QueueGauges.write(view, gauges);
        daemon.write(view, gauges);
        gauges.publish();
        ByteArrayOutputStream text = new ByteArrayOutputStream(16_384);
        registry.scrape(text, CONTENT_TYPE, EXPOSED);
        return text.toByteArray();
    }
}
