package org.gpuq.architecture.planted.core.model;

import java.util.concurrent.locks.ReentrantLock;

final class TakesLocks {
    private TakesLocks() {}

    static boolean take() {
        return new ReentrantLock().isLocked();
    }
}
