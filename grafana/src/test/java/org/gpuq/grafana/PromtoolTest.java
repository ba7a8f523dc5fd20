package org.gpuq.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What Prometheus' own checker says. */
class PromtoolTest {
    private final Tool promtool = Tool.require("promtool");

    @Test
    void the_sample_configuration_and_the_rules_are_valid() throws Exception {
        passes("", "check", "config", "prometheus.yml");
    }

    @Test
    void alerts_fire_when_they_should_and_only_then() throws Exception {
        passes("", "test", "rules", "alerts/gpuq.test.yml");
    }

    @Test
    void the_exposition_is_valid_and_keeps_the_conventions() throws Exception {
        try (Showcase showcase = new Showcase()) {
            String text = Scrape.of(showcase.uri()).text();
            passes(text, "check", "metrics");
        }
    }

    private void passes(String input, String... arguments) throws IOException, InterruptedException {
        Tool.Result result = promtool.run(input, arguments);
        assertThat(result.code()).as(result.output()).isZero();
    }
}
