package org.gpuq.architecture.planted.daemon.port;

public interface Port {}
