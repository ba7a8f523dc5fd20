package org.gpuq.grafana;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A PromQL expression that somebody wrote down.
 *
 * @param where the panel, variable or rule
 * @param text with Grafana's variables replaced by what they stand for
 */
record Query(String where, String text) {
    private static final Path DASHBOARD = Path.of("dashboards", "gpuq.json");
    static final Path RULES = Path.of("alerts", "gpuq.rules.yml");

    private static final Map<String, String> VARIABLES =
            Map.of("$instance", ".*", "$gpu", ".*", "$__rate_interval", "1m", "$__range", "6h");
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.*), *(\\w+)\\)");

    /** Every query of every panel. */
    static List<Query> ofPanels() throws IOException {
        List<Query> queries = new ArrayList<>();
        for (JsonNode panel : dashboard().get("panels")) {
            for (JsonNode target : panel.path("targets")) {
                queries.add(new Query(
                        "panel '" + panel.get("title").asString() + "'",
                        replaced(target.get("expr").asString())));
            }
        }
        return queries;
    }

    /** The queries behind the variables: {@code label_values(metric, label)} becomes a group by that label. */
    static List<Query> ofVariables() throws IOException {
        List<Query> queries = new ArrayList<>();
        for (JsonNode variable : dashboard().get("templating").get("list")) {
            Matcher values = LABEL_VALUES.matcher(variable.path("definition").asString(""));
            if (values.matches()) {
                queries.add(new Query(
                        "variable '" + variable.get("name").asString() + "'",
                        "group by (" + values.group(2) + ") (" + replaced(values.group(1)) + ")"));
            }
        }
        return queries;
    }

    /** Every expression of the alert rules, which are kept one to a line. */
    static List<Query> ofRules() throws IOException {
        List<Query> queries = new ArrayList<>();
        String alert = "";
        for (String line : Files.readAllLines(RULES)) {
            String trimmed = line.strip();
            if (trimmed.startsWith("- alert:")) {
                alert = trimmed.substring("- alert:".length()).strip();
            } else if (trimmed.startsWith("expr:")) {
                queries.add(new Query(
                        "alert '" + alert + "'",
                        trimmed.substring("expr:".length()).strip()));
            }
        }
        return queries;
    }

    static JsonNode dashboard() throws IOException {
        return new ObjectMapper().readTree(Files.readString(DASHBOARD));
    }

    private static String replaced(String text) {
        String result = text;
        for (Map.Entry<String, String> variable : VARIABLES.entrySet()) {
            result = result.replace(variable.getKey(), variable.getValue());
        }
        if (result.contains("$")) {
            throw new IllegalArgumentException("a variable that this test does not know: " + result);
        }
        return result;
    }
}
