package org.gpuq.core.job;

/**
 * A job's first process.
 *
 * @param pid also its process group and session, unless the job runs in the foreground
 * @param startTicks clock ticks after boot at which it started; with the pid it names the process for good
 * @param cgroup its control group below the cgroup mount, empty when it has none of its own
 */
public record JobProcess(int pid, long startTicks, String cgroup) {}
