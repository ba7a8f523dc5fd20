package org.gpuq.architecture.planted.cli.command;

import org.gpuq.architecture.planted.core.model.Value;
import org.gpuq.architecture.planted.daemon.port.Port;

public record UsesAPort(Port port, Value value) {}
