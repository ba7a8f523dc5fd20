package org.gpuq.blackbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What {@code q … --json} printed.
 *
 * @param value a map, list, string, number, boolean or null
 */
record Json(@Nullable Object value) {
    static Json of(String text) {
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
            return new Json(read(parser, parser.nextToken()));
        }
    }

    private static @Nullable Object read(JsonParser parser, @Nullable JsonToken token) {
        if (token == null) {
            throw new AssertionError("not JSON: it ends too early");
        }
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                throw new AssertionError("not JSON: " + token);
        };
    }

    private static Map<String, Json> object(JsonParser parser) {
        Map<String, Json> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            members.put(name, new Json(read(parser, parser.nextToken())));
        }
        return members;
    }

    private static List<Json> array(JsonParser parser) {
        List<Json> elements = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            elements.add(new Json(read(parser, token)));
        }
        return elements;
    }

    Json get(String name) {
        if (value instanceof Map<?, ?> members && members.get(name) instanceof Json member) {
            return member;
        }
        throw new AssertionError("no '" + name + "' in " + value);
    }

    List<Json> list(String name) {
        if (get(name).value instanceof List<?> elements) {
            return elements.stream().map(Json.class::cast).toList();
        }
        throw new AssertionError("'" + name + "' is no list in " + value);
    }

    List<String> texts(String name) {
        return list(name).stream().map(element -> String.valueOf(element.value)).toList();
    }

    /** The string, or the number as it stands; "null" for null. */
    String text(String name) {
        return String.valueOf(get(name).value);
    }

    long number(String name) {
        if (get(name).value instanceof Number number) {
            return number.longValue();
        }
        throw new AssertionError("'" + name + "' is no number in " + value);
    }
}
