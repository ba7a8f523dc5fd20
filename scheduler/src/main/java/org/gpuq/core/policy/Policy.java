package org.gpuq.core.policy;

import java.util.function.BiPredicate;
import org.gpuq.core.job.Job;

/** Decides the order of jobs. Pure; the same situation always gets the same verdicts. */
public interface Policy {
    /**
     * Says the verdict on each queued job, in the order in which it is reached.
     *
     * @param sink takes a job and its verdict, and says whether to go on within that job's line. Who only wants to start
     *     jobs stops a line at the first wait that holds up the rest, so that a decision costs the same however long the
     *     queue is
     */
    void judge(Situation situation, BiPredicate<Job, Verdict> sink);
}
