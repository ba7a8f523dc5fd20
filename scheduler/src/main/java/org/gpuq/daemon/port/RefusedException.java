package org.gpuq.daemon.port;

import org.gpuq.core.engine.Refusal;

/** A wish that is not granted; nothing was changed. */
public final class RefusedException extends Exception {
    private final transient Refusal refusal;

    public RefusedException(Refusal refusal) {
        super(refusal.message());
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
