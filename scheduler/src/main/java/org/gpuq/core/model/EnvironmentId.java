package org.gpuq.core.model;

/** Names a stored environment by its content: the SHA-256 of its bytes, in hexadecimal. */
public record EnvironmentId(String sha256) {}
