package org.gpuq.architecture.planted;

import org.gpuq.architecture.planted.cli.command.UsesAPort;
import org.gpuq.architecture.planted.daemon.journal.Kept;

/** The only one that may know them all. */
public record Main(UsesAPort command, Kept kept) {}
