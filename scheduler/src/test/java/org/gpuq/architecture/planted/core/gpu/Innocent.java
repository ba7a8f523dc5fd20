package org.gpuq.architecture.planted.core.gpu;

final class Innocent {
    private Innocent() {}
}
