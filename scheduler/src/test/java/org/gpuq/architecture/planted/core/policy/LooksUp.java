package org.gpuq.architecture.planted.core.policy;

import org.gpuq.architecture.planted.core.engine.Upstairs;

/** Knows the engine. */
public final class LooksUp {
    private LooksUp() {}

    public static Object look() {
        return new Upstairs();
    }
}
