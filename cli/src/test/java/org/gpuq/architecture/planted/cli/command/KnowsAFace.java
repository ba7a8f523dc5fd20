package org.gpuq.architecture.planted.cli.command;

import org.gpuq.architecture.planted.cli.tsp.OtherFace;

record KnowsAFace(OtherFace face) {}
