package org.gpuq.architecture.planted.core.model;

final class StartsThreads {
    private StartsThreads() {}

    static Thread start() {
        return Thread.ofVirtual().unstarted(() -> {});
    }
}
