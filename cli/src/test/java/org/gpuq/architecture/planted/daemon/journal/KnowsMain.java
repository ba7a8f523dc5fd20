package org.gpuq.architecture.planted.daemon.journal;

import org.gpuq.architecture.planted.Main;

record KnowsMain(Main main) {}
