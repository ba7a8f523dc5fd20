package org.gpuq.cli.command;

import java.util.Optional;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;
import org.gpuq.daemon.port.DaemonControl;
import org.gpuq.daemon.port.JobSetup;
import org.gpuq.daemon.port.Queue;

/**
 * What commands work with.
 *
 * @param attachments which connection attends to which foreground job
 * @param ownUid the daemon's own user, who may act on everybody's jobs as root may
 */
record Services(
        Queue queue, JobSetup setup, DaemonControl daemon, Processes processes, Attachments attachments, int ownUid) {
    boolean administrator(User user) {
        return user.uid() == 0 || user.uid() == ownUid;
    }

    /** Where a job's output goes; empty for a foreground job. */
    Optional<RawBytes> output(Job job) {
        return job.spec().foreground() ? Optional.empty() : Optional.of(setup.output(job.id()));
    }
}
