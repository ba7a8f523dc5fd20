package org.gpuq.grafana;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an expression asks for: a tokenizer, not a parser. It knows which words of PromQL are followed by a list of labels;
 * any other word that no parenthesis follows is a metric. Whether the expression is well-formed is Prometheus' to say.
 *
 * @param metrics each selector, in order
 * @param grouping labels by which the expression groups or joins
 */
record Selectors(List<Selector> metrics, Set<String> grouping) {
    /** A metric and the conditions on its labels. */
    record Selector(String metric, List<Condition> conditions) {}

    /**
     * A condition in braces.
     *
     * @param operator one of =, !=, =~ and !~
     */
    record Condition(String label, String operator, String value) {}

    private static final Set<String> TAKE_LABELS =
            Set.of("by", "without", "on", "ignoring", "group_left", "group_right");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "inf", "nan");
    private static final Pattern TOKEN = Pattern.compile("""
            (?x) (?<blank>\\s+)
            | (?<duration>\\[[^]]*])
            | (?<number>[0-9][0-9.a-z]*)
            | (?<word>[a-zA-Z_:][a-zA-Z0-9_:]*)
            | (?<braces>\\{[^}]*})
            | (?<other>.)""");
    private static final Pattern CONDITION = Pattern.compile("\\s*(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"\\s*(?:,|$)");

    static Selectors of(String expression) {
        List<Selector> metrics = new ArrayList<>();
        Set<String> grouping = new HashSet<>();
        Matcher token = TOKEN.matcher(expression);
        boolean labels = false;
        while (token.find()) {
            String word = token.group("word");
            if (token.group().equals(")")) {
                labels = false;
            } else if (token.group("braces") != null) {
                Selector last = metrics.removeLast();
                metrics.add(new Selector(last.metric(), conditions(token.group())));
            } else if (word != null && labels) {
                grouping.add(word);
            } else if (word != null && TAKE_LABELS.contains(word)) {
                labels = expression.substring(token.end()).stripLeading().startsWith("(");
            } else if (word != null
                    && !WORDS.contains(word)
                    && !expression.substring(token.end()).matches("(?s)\\s*\\(.*|\\s+(by|without)\\b.*")) {
                metrics.add(new Selector(word, List.of()));
            }
        }
        return new Selectors(metrics, grouping);
    }

    private static List<Condition> conditions(String braces) {
        List<Condition> conditions = new ArrayList<>();
        Matcher condition = CONDITION.matcher(braces.substring(1, braces.length() - 1));
        int end = 0;
        while (condition.find() && condition.start() == end) {
            conditions.add(new Condition(condition.group(1), condition.group(2), condition.group(3)));
            end = condition.end();
        }
        if (end != braces.length() - 2) {
            throw new IllegalArgumentException("not understood: " + braces);
        }
        return conditions;
    }
}
