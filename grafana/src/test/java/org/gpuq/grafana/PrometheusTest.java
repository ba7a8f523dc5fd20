package org.gpuq.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus scrapes a real exporter and answers every query. */
class PrometheusTest {
    @Test
    void every_panel_and_variable_has_data_and_every_rule_is_healthy(@TempDir Path directory) throws Exception {
        Tool program = Tool.require("prometheus");
        try (Showcase showcase = new Showcase();
                PrometheusServer prometheus =
                        PrometheusServer.start(program, directory, showcase.uri(), Query.RULES.toAbsolutePath())) {
            prometheus.awaitSamples("gpuq_build_info", 3);

            assertThat(Answers.complaints(prometheus)).isEmpty();
            assertThat(prometheus.ruleHealth()).hasSameSizeAs(Query.ofRules()).containsOnly("ok");
        }
    }
}
