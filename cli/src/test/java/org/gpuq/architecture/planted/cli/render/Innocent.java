package org.gpuq.architecture.planted.cli.render;

import org.gpuq.architecture.planted.core.model.Value;

public record Innocent(Value value) {}
