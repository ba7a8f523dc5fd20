package org.gpuq.daemon.loop;

import org.gpuq.core.engine.Settings;
import org.gpuq.core.model.RawBytes;

/**
 * What the loop needs to know.
 *
 * @param logs directory of the jobs' output files, absolute
 * @param hideGpus whether jobs that ask for no GPU are to see none
 */
public record LoopSettings(Settings decisions, RawBytes logs, boolean hideGpus) {}
