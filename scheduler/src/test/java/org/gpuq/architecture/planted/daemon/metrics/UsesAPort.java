package org.gpuq.architecture.planted.daemon.metrics;

import org.gpuq.architecture.planted.daemon.port.Port;

record UsesAPort(Port port) {}
