package org.gpuq.cli.command;

import org.gpuq.core.engine.Refusal;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.RefusedException;

/** Mistakes in what was typed. */
final class Usage {
    private Usage() {}

    /** @param hint what to type in its place */
    static RefusedException wrong(String message, String hint) {
        return new RefusedException(new Refusal(Kind.USAGE, message, hint));
    }

    /** A word of the command line, which is bytes in latin-1 here, as text for a message. */
    static String text(String word) {
        return word.chars().allMatch(c -> c <= 0xff) ? new RawBytes(word).text() : word;
    }
}
