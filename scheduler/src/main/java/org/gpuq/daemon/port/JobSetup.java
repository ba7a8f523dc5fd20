package org.gpuq.daemon.port;

import java.util.List;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;

/** What a job gets from the daemon besides what was asked for at its submission. Thread-safe. */
public interface JobSetup {
    /** Path of its output file, whether or not it is there yet. Of no use for a foreground job. */
    RawBytes output(JobId job);

    /**
     * Its whole environment: the submitter's, and what tells it about its GPUs and itself.
     *
     * @param job one that has been given its GPUs
     * @throws RefusedException when the stored environment cannot be read
     */
    List<RawBytes> environment(Job job) throws RefusedException;
}
