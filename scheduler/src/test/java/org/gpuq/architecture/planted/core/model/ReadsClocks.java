package org.gpuq.architecture.planted.core.model;

import java.time.Instant;

final class ReadsClocks {
    private ReadsClocks() {}

    static long look() {
        return System.nanoTime() + System.currentTimeMillis() + Instant.now().toEpochMilli();
    }
}
