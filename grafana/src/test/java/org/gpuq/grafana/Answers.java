package org.gpuq.grafana;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What a Prometheus answers to every query. */
final class Answers {
    private Answers() {}

    /** Sentences about queries that it refuses, and about panels and variables without data; empty when all is well. */
    static List<String> complaints(PrometheusServer prometheus) throws IOException, InterruptedException {
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
        return wrong;
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
