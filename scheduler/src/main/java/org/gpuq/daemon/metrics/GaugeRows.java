package org.gpuq.daemon.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The gauges of one scrape. Each scrape writes all its rows anew and publishes them together, so that what is gone or
 * unknown leaves no sample behind. Not thread-safe.
 */
final class GaugeRows {
    private final Map<Metric, MultiGauge> families = new EnumMap<>(Metric.class);
    private final Map<Metric, List<MultiGauge.Row<?>>> rows = new EnumMap<>(Metric.class);

    GaugeRows(MeterRegistry registry) {
        for (Metric metric : Metric.values()) {
            if (metric.kind().level()) {
                families.put(
                        metric,
                        MultiGauge.builder(metric.meter())
                                .description(metric.help())
                                .register(registry));
                rows.put(metric, new ArrayList<>());
            }
        }
    }

    /** A new picture: forgets rows of one that was not finished. */
    void begin() {
        rows.values().forEach(List::clear);
    }

    /**
     * One sample.
     *
     * @param labels values in the catalogue's order
     */
    void add(Metric metric, double value, String... labels) {
        List<MultiGauge.Row<?>> family = rows.get(metric);
        if (family == null) {
            throw new IllegalArgumentException(metric + " is no gauge");
        }
        family.add(MultiGauge.Row.of(metric.tags(labels), value));
    }

    /** Puts what was added since {@link #begin} in the place of what was there. */
    void publish() {
        families.forEach((metric, family) -> family.register(rows.getOrDefault(metric, List.of()), true));
    }
}
