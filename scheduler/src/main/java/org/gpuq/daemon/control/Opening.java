package org.gpuq.daemon.control;

import org.gpuq.core.model.Token;
import org.gpuq.daemon.port.Request;

/** What a connection turned out to be for. */
sealed interface Opening {

    /** A call, ended by GO. */
    record Call(Request request) implements Opening {}

    /** A foreground job whose first connection broke. */
    record Resumption(Token token) implements Opening {}
}
