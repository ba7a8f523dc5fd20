package org.gpuq.daemon.port;

/**
 * One resource limit of a process, as {@code getrlimit} gives it. Both values are unsigned.
 *
 * @param soft what the kernel enforces
 * @param hard how far the process itself may raise {@code soft}
 */
public record Limit(long soft, long hard) {

    /** No limit: {@code RLIM_INFINITY}. */
    public static final long INFINITY = -1;
}
