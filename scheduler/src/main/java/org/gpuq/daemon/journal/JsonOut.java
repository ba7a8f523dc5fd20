package org.gpuq.daemon.journal;

import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes one JSON object, in the words that {@link JsonIn} reads. */
final class JsonOut {
    static final JsonFactory FACTORY = new JsonFactory();

    private final JsonGenerator out;

    private JsonOut(JsonGenerator out) {
        this.out = out;
    }

    static String object(Consumer<JsonOut> members) {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            out.writeStartObject();
            members.accept(new JsonOut(out));
            out.writeEndObject();
        }
        return text.toString();
    }

    JsonOut text(String name, String value) {
        out.writeStringProperty(name, value);
        return this;
    }

    JsonOut number(String name, long value) {
        out.writeNumberProperty(name, value);
        return this;
    }

    JsonOut flag(String name, boolean value) {
        out.writeBooleanProperty(name, value);
        return this;
    }

    JsonOut id(String name, JobId id) {
        return number(name, id.value());
    }

    /** One character a byte, so that every byte comes back. */
    JsonOut bytes(String name, RawBytes value) {
        return text(name, value.latin1());
    }

    /** Nanoseconds since 1970; good until 2262. */
    JsonOut instant(String name, Instant at) {
        return number(name, Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000_000L), at.getNano()));
    }

    JsonOut user(String name, User user) {
        return member(
                name,
                user,
                (inner, it) ->
                        inner.number("uid", it.uid()).number("gid", it.gid()).text("name", it.name()));
    }

    JsonOut ids(String name, List<JobId> ids) {
        return list(name, ids, id -> out.writeNumber(id.value()));
    }

    JsonOut gpus(List<GpuId> gpus) {
        return list("gpus", gpus, gpu -> out.writeString(gpu.uuid()));
    }

    /** In order, so that equal sets are written alike. */
    JsonOut texts(String name, Set<String> texts) {
        return list(name, texts.stream().sorted().toList(), out::writeString);
    }

    JsonOut words(String name, List<RawBytes> words) {
        return list(name, words, word -> out.writeString(word.latin1()));
    }

    <T> JsonOut objects(String name, List<T> values, BiConsumer<JsonOut, T> members) {
        return list(name, values, value -> {
            out.writeStartObject();
            members.accept(this, value);
            out.writeEndObject();
        });
    }

    <T> JsonOut member(String name, T value, BiConsumer<JsonOut, T> members) {
        out.writeObjectPropertyStart(name);
        members.accept(this, value);
        out.writeEndObject();
        return this;
    }

    /** Nothing at all when it is empty. */
    <T> JsonOut maybe(Optional<T> value, BiConsumer<JsonOut, T> members) {
        value.ifPresent(it -> members.accept(this, it));
        return this;
    }

    /** Nothing at all when it is empty. */
    JsonOut maybe(OptionalLong value, String name) {
        return value.isPresent() ? number(name, value.getAsLong()) : this;
    }

    private <T> JsonOut list(String name, List<T> values, Consumer<T> each) {
        out.writeArrayPropertyStart(name);
        values.forEach(each);
        out.writeEndArray();
        return this;
    }
}
