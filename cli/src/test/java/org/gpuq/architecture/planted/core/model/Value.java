package org.gpuq.architecture.planted.core.model;

public record Value(int number) {}
