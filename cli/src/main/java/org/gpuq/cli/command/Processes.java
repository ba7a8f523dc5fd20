package org.gpuq.cli.command;

import java.util.Optional;

/** What the kernel says of processes. Thread-safe. */
public interface Processes {
    /**
     * One process at the moment of asking.
     *
     * @param parent pid of its parent
     * @param startTicks clock ticks after boot at which it started; with the pid it names the process for good
     */
    record Facts(int pid, int parent, long startTicks) {}

    /** Empty when there is no such process. */
    Optional<Facts> find(int pid);
}
