package org.gpuq.architecture.planted.core.engine;

import org.gpuq.architecture.planted.core.policy.LooksUp;

/** Knows the policy, as it may. */
public final class Upstairs {
    public Object policy() {
        return LooksUp.look();
    }
}
