package org.gpuq.daemon.control;

import java.util.Optional;

/** The client does not keep to the protocol; its connection ends. */
final class ProtocolViolation extends Exception {
    private static final long serialVersionUID = 1;

    private final String told;

    ProtocolViolation(String what) {
        this(what, "");
    }

    /** @param told a sentence for the person at the other end, who cannot know what the daemon takes */
    ProtocolViolation(String what, String told) {
        super(what);
        this.told = told;
    }

    Optional<String> told() {
        return Optional.of(told).filter(text -> !text.isEmpty());
    }
}
