package org.gpuq.architecture.planted.core.model;

import java.nio.file.Files;
import java.nio.file.Path;

final class OpensFiles {
    private OpensFiles() {}

    static boolean look() {
        return Files.exists(Path.of("/"));
    }
}
