package org.gpuq.cli.render;

import org.gpuq.core.engine.Refusal;

/** A refusal for a person: what and why, and below it what to do. */
public final class ErrorText {
    private ErrorText() {}

    public static String of(Refusal refusal) {
        String hint = refusal.hint().isEmpty() ? "" : "  " + Sanitize.text(refusal.hint()) + "\n";
        return "q: " + Sanitize.text(refusal.message()) + "\n" + hint;
    }
}
