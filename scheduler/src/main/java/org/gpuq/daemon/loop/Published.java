package org.gpuq.daemon.loop;

import org.gpuq.core.engine.State;
import org.gpuq.core.gpu.GpuSnapshot;

/** What everybody may see: the last durable state and the last look at the GPUs. */
record Published(State state, GpuSnapshot gpus) {}
