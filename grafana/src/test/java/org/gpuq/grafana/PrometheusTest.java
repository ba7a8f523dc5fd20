package org.gpuq.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A real Prometheus scrapes a real exporter and answers every query. */
class PrometheusTest {
    @Test
    void every_panel_and_variable_has_data_and_every_rule_is_healthy(@TempDir Path directory) throws Exception {
        Tool program = Tool.require("prometheus");
        try (Showcase showcase = new Showcase();
                PrometheusServer prometheus =
                        PrometheusServer.start(program, directory, showcase.uri(), Query.RULES.toAbsolutePath())) {
            prometheus.awaitSamples("gpuq_build_info", 3);

            List<String> wrong = new ArrayList<>();
            for (Query query : Query.ofPanels()) {
                wrong.addAll(complaint(prometheus, query, true));
            }
            for (Query query : Query.ofVariables()) {
                wrong.addAll(complaint(prometheus, query, true));
            }
            for (Query query : Query.ofRules()) {
                wrong.addAll(complaint(prometheus, query, false)); // nothing is wrong, most of the time
            }
            assertThat(wrong).isEmpty();
            assertThat(prometheus.ruleHealth()).hasSameSizeAs(Query.ofRules()).containsOnly("ok");
        }
    }

    private static List<String> complaint(PrometheusServer prometheus, Query query, boolean data)
            throws IOException, InterruptedException {
        JsonNode answer = prometheus.query(query.text());
        if (!answer.path("status").asString("").equals("success")) {
            return List.of(query + ": " + answer.path("error").asString(""));
        }
        return data && answer.path("data").path("result").isEmpty() ? List.of(query + ": no data") : List.of();
    }
}
