package org.gpuq.daemon.loop;

import org.gpuq.core.engine.Settings;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.RawBytes;

/**
 * What the loop needs to know.
 *
 * @param logs directory of the jobs' output files, absolute
 * @param logsByUser whether each user has a directory in that, named by the uid
 * @param hideGpus whether jobs that ask for no GPU are to see none
 * @param removeForgotten whether the outputs of jobs that are forgotten go with them
 */
public record LoopSettings(
        Settings decisions, RawBytes logs, boolean logsByUser, boolean hideGpus, boolean removeForgotten) {
    /** Where the outputs of the job's submitter are. */
    RawBytes logsOf(Job job) {
        return logsByUser
                ? new RawBytes(logs.latin1() + "/"
                        + Integer.toUnsignedString(job.spec().user().uid()))
                : logs;
    }
}
