package org.gpuq.core.job;

/**
 * One of the caller's resource limits (getrlimit), by its place in the list: 0 is RLIMIT_CPU, and so on.
 *
 * @param soft the limit in force, -1 (all bits set) for none
 * @param hard how far it may be raised, -1 for without end
 */
public record ResourceLimit(long soft, long hard) {}
