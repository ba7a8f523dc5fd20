package org.gpuq.daemon.config;

import java.util.List;

/** What jobs may use that say nothing else. Where the machine has no control groups for one, it does not hold. */
public final class BoundsKeys {
    public static final Key<Long> MEMORY = new Key<>(
            "bounds.memory",
            Kinds.size(0, 999_999_999L << 30),
            0L,
            "How much memory a job may use whose submitter gave no `--memory`. `0B`: as much as there is.");
    public static final Key<Integer> PROCESSES = new Key<>(
            "bounds.processes",
            Kinds.integer(0, 4_194_304),
            0,
            "How many processes and threads a job may have without `--processes`. 0: as many as its user.");
    public static final Key<Integer> CPUS = new Key<>(
            "bounds.cpus",
            Kinds.integer(0, 65_536),
            0,
            "The time of how many CPUs a job may use without `--cpus`. 0: of all.");

    /** In the order of the reference. */
    static final List<Key<?>> ALL = List.of(MEMORY, PROCESSES, CPUS);

    private BoundsKeys() {}
}
