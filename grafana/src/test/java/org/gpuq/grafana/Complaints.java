package org.gpuq.grafana;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.gpuq.grafana.Selectors.Condition;
import org.gpuq.grafana.Selectors.Selector;

/** Compares what a query asks for with what a scrape holds. */
final class Complaints {
    /** What Prometheus itself knows of every target. */
    private static final Set<String> TARGET_LABELS = Set.of("job", "instance");

    private Complaints() {}

    /** About every query of the dashboard and the rules. */
    static List<String> about(Scrape scrape) throws IOException {
        return Stream.of(Query.ofPanels(), Query.ofVariables(), Query.ofRules())
                .flatMap(List::stream)
                .flatMap(query -> about(query, scrape).stream())
                .toList();
    }

    /** Sentences about metrics, labels and label values that are not exported; empty when all are. */
    static List<String> about(Query query, Scrape scrape) {
        List<String> complaints = new ArrayList<>();
        Selectors selectors = Selectors.of(query.text());
        if (selectors.metrics().isEmpty()) {
            complaints.add(query.where() + " asks for no metric: " + query.text());
        }
        Set<String> labels = new HashSet<>(TARGET_LABELS);
        for (Selector selector : selectors.metrics()) {
            if (selector.metric().equals("up")) {
                continue; // Prometheus' own
            }
            List<Map<String, String>> series = scrape.series().getOrDefault(selector.metric(), List.of());
            if (series.isEmpty()) {
                complaints.add(query.where() + ": no metric " + selector.metric());
                continue;
            }
            series.forEach(one -> labels.addAll(one.keySet()));
            selector.conditions().stream()
                    .filter(condition -> !TARGET_LABELS.contains(condition.label()))
                    .filter(condition -> !fulfilled(condition, series))
                    .forEach(condition -> complaints.add(query.where() + ": " + selector.metric()
                            + " has no series with " + condition.label() + condition.operator() + condition.value()));
        }
        selectors.grouping().stream()
                .filter(label -> !labels.contains(label))
                .forEach(label -> complaints.add(query.where() + ": no label " + label + " to group by"));
        return complaints;
    }

    /** Each word of an alternation is looked for on its own, so that a misspelt one is found. */
    private static boolean fulfilled(Condition condition, List<Map<String, String>> series) {
        List<String> words = condition.operator().endsWith("~")
                ? List.of(condition.value().split("\\|"))
                : List.of(condition.value());
        return words.stream()
                .allMatch(word -> series.stream()
                        .map(labels -> labels.get(condition.label()))
                        .anyMatch(value -> value != null && (word.equals(".*") || word.equals(value))));
    }
}
