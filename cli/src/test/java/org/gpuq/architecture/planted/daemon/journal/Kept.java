package org.gpuq.architecture.planted.daemon.journal;

public record Kept(String event) {}
