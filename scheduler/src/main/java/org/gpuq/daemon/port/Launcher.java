package org.gpuq.daemon.port;

import java.util.List;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;

/** Starts jobs and signals them; what comes of it arrives at the loop as inputs. Calls do not wait for q-launch. */
public interface Launcher {
    /**
     * @param environment the job's whole environment
     * @param output path of its output file
     */
    void start(Token token, JobId job, JobSpec spec, List<RawBytes> environment, RawBytes output);

    /** To every process of the job. */
    void signal(Token token, int signal);

    /** To the process group of the job, as long as its first process runs. */
    void signalGroup(Token token, int signal);

    /** What became of a job that was started by an earlier daemon, or of the processes that an ended one left? */
    void adopt(Token token);

    /** Its end is in the journal and nobody waits for its processes any more: the exit record may go. */
    void forget(Token token);
}
