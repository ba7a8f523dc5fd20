package org.gpuq.architecture.planted.daemon.journal;

/** What another adapter must not see. */
public record Kept() {}
