package org.gpuq.daemon.launch;

import org.gpuq.core.job.Bounds;

/**
 * What holds for every start.
 *
 * @param outputLimit how long a job's output may become, bytes; 0: as long as it likes
 * @param asSubmitter whether jobs run as whoever submitted them; otherwise as the daemon's own user
 * @param usual bounds of jobs that say nothing else; where the machine cannot keep one it is left out
 * @param devices which GPUs' device files jobs may open
 */
public record StartTerms(long outputLimit, boolean asSubmitter, Bounds usual, DeviceFiles devices) {
    public StartTerms(long outputLimit, boolean asSubmitter) {
        this(outputLimit, asSubmitter, Bounds.NONE, DeviceFiles.OPEN);
    }
}
