package org.gpuq.daemon.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.toml.TomlFactory;

/** A TOML text as a flat map from dotted names to values, in the order of the text. */
final class TomlText {
    private static final Pattern TABLE = Pattern.compile("\\s*\\[\\s*([\\w.-]+)\\s*].*");
    private static final Pattern ENTRY = Pattern.compile("\\s*([\\w.-]+)\\s*=.*");

    private TomlText() {}

    /** @throws JacksonException when it is no TOML */
    static Map<String, Object> values(String text) {
        Map<String, Object> values = new LinkedHashMap<>();
        try (JsonParser in = new TomlFactory().createParser(ObjectReadContext.empty(), text)) {
            in.nextToken();
            table(in, "", values);
        }
        return values;
    }

    private static void table(JsonParser in, String prefix, Map<String, Object> values) {
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            JsonToken token = in.nextToken();
            if (token == JsonToken.START_OBJECT) {
                table(in, prefix + name + ".", values);
            } else {
                values.put(prefix + name, value(in, token));
            }
        }
    }

    private static Object value(JsonParser in, JsonToken token) {
        return switch (token) {
            case VALUE_STRING -> in.getString();
            case VALUE_NUMBER_INT ->
                in.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? in.getString() : in.getLongValue();
            case VALUE_NUMBER_FLOAT -> in.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case START_ARRAY -> {
                in.skipChildren();
                yield List.of();
            }
            case VALUE_NULL, VALUE_EMBEDDED_OBJECT, START_OBJECT, END_OBJECT, END_ARRAY, PROPERTY_NAME, NOT_AVAILABLE ->
                new Object();
        };
    }

    /** Where each name stands, counted from 1, as far as a plain look at the lines tells. */
    static Map<String, Integer> lines(String text) {
        Map<String, Integer> lines = new HashMap<>();
        String table = "";
        List<String> all = new ArrayList<>(text.lines().toList());
        for (int i = 0; i < all.size(); i++) {
            Matcher header = TABLE.matcher(all.get(i));
            Matcher entry = ENTRY.matcher(all.get(i));
            if (header.matches()) {
                table = header.group(1) + ".";
            } else if (entry.matches()) {
                lines.putIfAbsent(table + entry.group(1), i + 1);
            }
        }
        return lines;
    }
}
