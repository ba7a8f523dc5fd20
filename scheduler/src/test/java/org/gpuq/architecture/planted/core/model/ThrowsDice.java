package org.gpuq.architecture.planted.core.model;

import java.util.Random;

final class ThrowsDice {
    private ThrowsDice() {}

    static double look() {
        return Math.random() + new Random(1).nextDouble();
    }
}
