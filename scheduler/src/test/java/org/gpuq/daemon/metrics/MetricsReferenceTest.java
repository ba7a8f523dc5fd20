package org.gpuq.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The reference of the metrics is written by this test and kept with the sources. */
class MetricsReferenceTest {
    private static final Path REFERENCE = Path.of("..", "docs", "metrics.md");
    private static final String REGENERATE = "GPUQ_REGENERATE";

    @Test
    void the_reference_says_what_the_catalogue_says() throws IOException {
        if (System.getenv(REGENERATE) != null) {
            Files.writeString(REFERENCE, reference());
        }

        assertThat(REFERENCE)
                .as("docs/metrics.md; to write it anew: "
                        + REGENERATE + "=1 ./mvnw test -pl scheduler -am -Dtest=MetricsReferenceTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false")
                .hasContent(reference());
    }

    private static String reference() {
        StringBuilder text = new StringBuilder("""
                # Metrics

                Generated from the catalogue (`org.gpuq.daemon.metrics.Metric`); do not edit.

                The daemon serves them at `http://127.0.0.1:PORT/metrics` in Prometheus' text format. `q daemon status` says
                where. A value that is not known, such as the power of a card that does not measure it, has no sample: it is
                never 0. When the driver stops answering, a GPU's readings go and its state becomes `unknown`. Counters and
                histograms start at 0 with the daemon. A histogram `X` has the series `X_bucket`, `X_sum` and `X_count`.
                A GPU is named by its `uuid`; `gpuq_gpu_info` has the rest:

                ```
                gpuq_gpu_utilization_ratio * on (instance, uuid) group_left (index, name) gpuq_gpu_info
                ```

                | metric | type | unit | labels | |
                |---|---|---|---|---|
                """);
        for (Metric metric : Metric.values()) {
            text.append("| `%s` | %s | %s | %s | %s |%n"
                    .formatted(
                            metric.exposed(),
                            metric.kind().name().toLowerCase(Locale.ROOT),
                            metric.unit(),
                            metric.labels().stream()
                                    .map(label -> "`" + label + "`")
                                    .collect(Collectors.joining(" ")),
                            metric.help()));
        }
        return text.toString();
    }
}
