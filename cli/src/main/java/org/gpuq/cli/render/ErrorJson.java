package org.gpuq.cli.render;

import java.util.Optional;
import org.gpuq.core.engine.Refusal;

/** A refusal as JSON. */
public final class ErrorJson {
    private ErrorJson() {}

    public static byte[] of(Refusal refusal) {
        return JsonText.document(json -> {
            json.writeObjectPropertyStart("error");
            json.writeStringProperty("code", refusal.kind().code());
            json.writeStringProperty("message", refusal.message());
            JsonText.text(json, "hint", Optional.of(refusal.hint()).filter(hint -> !hint.isEmpty()));
            json.writeEndObject();
        });
    }
}
