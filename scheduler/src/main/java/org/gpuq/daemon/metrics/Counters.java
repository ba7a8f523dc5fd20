package org.gpuq.daemon.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;

/** Makes counters and histograms, as the catalogue has them. Asking for one that exists returns it. Thread-safe. */
final class Counters {
    /** Of waits and runs: a shell command takes a tenth of a second, a training days. */
    private static final List<Duration> DAYS = List.of(
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofHours(1),
            Duration.ofHours(3),
            Duration.ofHours(6),
            Duration.ofHours(12),
            Duration.ofDays(1),
            Duration.ofDays(3),
            Duration.ofDays(7));

    /** Of a write that is synced: under a millisecond on flash, many on a disk that is busy. */
    private static final List<Duration> MILLISECONDS = List.of(
            Duration.ofNanos(300_000),
            Duration.ofMillis(1),
            Duration.ofMillis(3),
            Duration.ofMillis(10),
            Duration.ofMillis(30),
            Duration.ofMillis(100),
            Duration.ofMillis(300),
            Duration.ofSeconds(1),
            Duration.ofSeconds(3));

    private final MeterRegistry registry;

    Counters(MeterRegistry registry) {
        this.registry = registry;
    }

    Counter counter(Metric metric, String... labels) {
        require(metric, Metric.Kind.COUNTER);
        return Counter.builder(metric.meter())
                .description(metric.help())
                .tags(metric.tags(labels))
                .register(registry);
    }

    Timer histogram(Metric metric, String... labels) {
        require(metric, Metric.Kind.HISTOGRAM);
        List<Duration> buckets = metric == Metric.JOURNAL_APPEND ? MILLISECONDS : DAYS;
        return Timer.builder(metric.meter())
                .description(metric.help())
                .serviceLevelObjectives(buckets.toArray(Duration[]::new))
                .tags(metric.tags(labels))
                .register(registry);
    }

    private static void require(Metric metric, Metric.Kind kind) {
        if (metric.kind() != kind) {
            throw new IllegalArgumentException(metric + " is a " + metric.kind() + ", not a " + kind);
        }
    }
}
