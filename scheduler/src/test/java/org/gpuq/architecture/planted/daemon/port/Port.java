package org.gpuq.architecture.planted.daemon.port;

/** What every adapter may see. */
public interface Port {}
