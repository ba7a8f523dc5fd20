package org.gpuq.architecture.planted.core.job;

final class Innocent {
    private Innocent() {}
}
