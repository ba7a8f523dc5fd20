package org.gpuq.architecture.planted.daemon.journal;

import org.gpuq.architecture.planted.cli.render.Innocent;

record Prints(Innocent text) {}
