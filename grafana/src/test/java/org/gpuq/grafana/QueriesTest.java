package org.gpuq.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Takes every query of the dashboard and the rules apart and looks for each metric, label and label value in a scrape: of
 * the daemon that GPUQ_METRICS_URL names (it must have GPUs, and have run a job on one), or else of an exporter of ours.
 */
class QueriesTest {
    @Test
    void everything_that_is_asked_for_is_exported() throws Exception {
        String url = System.getenv("GPUQ_METRICS_URL");
        if (url != null) {
            assertThat(Complaints.about(Scrape.of(URI.create(url)))).isEmpty();
            return;
        }
        try (Showcase showcase = new Showcase()) {
            assertThat(Complaints.about(Scrape.of(showcase.uri()))).isEmpty();
        }
    }

    @Test
    void no_query_is_overlooked() throws IOException {
        String dashboard = Files.readString(Path.of("dashboards", "gpuq.json"));
        assertThat(Query.ofPanels()).hasSize(dashboard.split("\"expr\":", -1).length - 1);
        assertThat(Query.ofVariables()).hasSize(dashboard.split("\"definition\":", -1).length - 1);
        String rules = Files.readString(Query.RULES);
        assertThat(Query.ofRules())
                .hasSize(rules.split("\\balert:", -1).length - 1)
                .noneMatch(query -> query.text().startsWith(">") || query.text().startsWith("|"));
    }

    @Test
    void wrong_names_are_found() {
        Scrape scrape = Scrape.of("gpuq_jobs{state=\"queued\"} 1\ngpuq_gpu_info{uuid=\"a\",index=\"0\"} 1\n");

        assertThat(complaint(scrape, "sum(gpuq_job)")).containsExactly("q: no metric gpuq_job");
        assertThat(complaint(scrape, "sum by (user) (gpuq_jobs)")).containsExactly("q: no label user to group by");
        assertThat(complaint(scrape, "gpuq_jobs{stat=\"queued\"}"))
                .containsExactly("q: gpuq_jobs has no series with stat=queued");
        assertThat(complaint(scrape, "gpuq_jobs{instance=~\".*\", state=~\"queued|runing\"}"))
                .containsExactly("q: gpuq_jobs has no series with state=~queued|runing");
        assertThat(complaint(scrape, "max_over_time(gpuq_jobs[1h]) and on (uid) gpuq_gpu_info"))
                .containsExactly("q: no label uid to group by");
        assertThat(complaint(scrape, "gpuq_jobs * on (instance) group_left (index) gpuq_gpus"))
                .contains("q: no metric gpuq_gpus");
        assertThat(complaint(scrape, "1 + 2")).containsExactly("q asks for no metric: 1 + 2");
    }

    private static List<String> complaint(Scrape scrape, String expression) {
        return Complaints.about(new Query("q", expression), scrape);
    }
}
