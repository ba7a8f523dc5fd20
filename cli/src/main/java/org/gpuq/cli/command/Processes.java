package org.gpuq.cli.command;

import java.util.List;
import java.util.Optional;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;

/** What the kernel says of processes. Thread-safe. */
public interface Processes {
    /**
     * One process at the moment of asking.
     *
     * @param parent pid of its parent
     * @param startTicks clock ticks after boot at which it started; with the pid it names the process for good
     */
    record Facts(int pid, int parent, long startTicks) {}

    /**
     * Who a process is to people.
     *
     * @param owner whose rights it has
     * @param realUid who started it: another one, where it was given rights that its caller has not
     * @param words its program and arguments; its short name in brackets when it tells none
     * @param directory where it runs; empty when that is not ours to know
     */
    record Description(User owner, int realUid, List<RawBytes> words, RawBytes directory) {}

    /** Empty when there is no such process. */
    Optional<Description> describe(int pid);

    /** Empty when there is no such process. */
    Optional<Facts> find(int pid);
}
