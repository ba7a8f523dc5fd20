package org.gpuq.architecture.planted.cli.render;

import org.gpuq.architecture.planted.cli.command.UsesAPort;

record KnowsWhoAsks(UsesAPort command) {}
