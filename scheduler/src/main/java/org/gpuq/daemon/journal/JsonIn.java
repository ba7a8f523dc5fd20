package org.gpuq.daemon.journal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * One JSON object that was read, asked for its members by name. Members that nobody asks for are passed over, so that
 * an older daemon reads what a newer one of the same schema added. A member that is missing or of another kind than
 * expected is an {@link IllegalArgumentException} naming it.
 */
final class JsonIn {
    private final List<String> names = new ArrayList<>(12);
    private final List<Object> values = new ArrayList<>(12);
    private int cursor;

    private JsonIn() {}

    static JsonIn parse(byte[] utf8) {
        try (JsonParser in = JsonOut.FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("not a JSON object");
            }
            return members(in);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    private static JsonIn members(JsonParser in) {
        JsonIn object = new JsonIn();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            Object value = value(in, in.nextToken());
            if (value != null) {
                object.names.add(name);
                object.values.add(value);
            }
        }
        return object;
    }

    private static @Nullable Object value(JsonParser in, JsonToken token) {
        return switch (token) {
            case START_OBJECT -> members(in);
            case START_ARRAY -> {
                List<Object> all = new ArrayList<>();
                for (JsonToken next = in.nextToken(); next != JsonToken.END_ARRAY; next = in.nextToken()) {
                    Object value = value(in, next);
                    if (value != null) {
                        all.add(value);
                    }
                }
                yield all;
            }
            case VALUE_STRING -> in.getString();
            case VALUE_NUMBER_INT -> in.getLongValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_FLOAT -> in.getDoubleValue();
            case VALUE_NULL -> null;
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                throw new IllegalArgumentException("unexpected " + token);
        };
    }

    /** Members are mostly asked for in the order in which they were written, so the search begins where the last ended. */
    private @Nullable Object find(String name) {
        for (int step = 0; step < names.size(); step++) {
            int at = cursor + step < names.size() ? cursor + step : cursor + step - names.size();
            if (names.get(at).equals(name)) {
                cursor = at + 1;
                return values.get(at);
            }
        }
        return null;
    }

    private <T> T need(String name, Class<T> type) {
        Object value = find(name);
        if (value == null) {
            throw new IllegalArgumentException("no member " + name);
        }
        return as(name, value, type);
    }

    private static <T> T as(String name, Object value, Class<T> type) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("member " + name + " is no " + type.getSimpleName());
        }
        return type.cast(value);
    }

    boolean has(String name) {
        return find(name) != null;
    }

    String text(String name) {
        return need(name, String.class);
    }

    long number(String name) {
        return need(name, Long.class);
    }

    int integer(String name) {
        return Math.toIntExact(number(name));
    }

    boolean flag(String name) {
        return need(name, Boolean.class);
    }

    JobId id(String name) {
        return new JobId(integer(name));
    }

    RawBytes bytes(String name) {
        return new RawBytes(text(name));
    }

    Instant instant(String name) {
        long nanos = number(name);
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }

    User user(String name) {
        JsonIn in = member(name);
        return new User(in.integer("uid"), in.integer("gid"), in.text("name"));
    }

    List<JobId> ids(String name) {
        return list(name, Long.class, id -> new JobId(Math.toIntExact(id)));
    }

    List<GpuId> gpus() {
        return list("gpus", String.class, GpuId::new);
    }

    List<String> texts(String name) {
        return list(name, String.class, text -> text);
    }

    List<RawBytes> words(String name) {
        return list(name, String.class, RawBytes::new);
    }

    <T> List<T> objects(String name, Function<JsonIn, T> read) {
        return list(name, JsonIn.class, read);
    }

    JsonIn member(String name) {
        return need(name, JsonIn.class);
    }

    /** Empty when there is no such member. */
    <T> Optional<T> maybe(String name, Function<String, T> read) {
        return has(name) ? Optional.of(read.apply(name)) : Optional.empty();
    }

    OptionalLong maybeNumber(String name) {
        return has(name) ? OptionalLong.of(number(name)) : OptionalLong.empty();
    }

    private <E, T> List<T> list(String name, Class<E> type, Function<E, T> read) {
        List<?> elements = need(name, List.class);
        List<T> all = new ArrayList<>(elements.size());
        for (Object element : elements) {
            all.add(read.apply(as(name, element, type)));
        }
        return all;
    }
}
