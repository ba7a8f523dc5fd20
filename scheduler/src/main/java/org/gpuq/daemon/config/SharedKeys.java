package org.gpuq.daemon.config;

import java.util.List;

/** Keys that mean something to a daemon that several people share. */
public final class SharedKeys {
    public static final Key<String> ADMINISTRATORS = new Key<>(
            "shared.administrators",
            Kinds.NAME,
            "",
            "A Unix group whose members may act on everybody's jobs, as root may. Empty: root alone.");
    public static final Key<Boolean> SHOW_COMMANDS = new Key<>(
            "shared.show_commands",
            Kinds.FLAG,
            true,
            "Whether people see each other's command lines and directories, as `ps` would show them. Their owner, label, "
                    + "state, GPUs and times are seen by everybody; the environment by nobody else.");
    public static final Key<Boolean> ROOT_JOBS = new Key<>(
            "shared.root_jobs",
            Kinds.FLAG,
            false,
            "Whether root may submit jobs, which then run as root. The line must stand alone, as `root_jobs = true`: it is "
                    + "read by what starts the daemon, too.");

    public static final Key<Boolean> CONFINE_GPUS = new Key<>(
            "shared.confine_gpus",
            Kinds.FLAG,
            false,
            "Whether a job can open the device files of its own GPUs alone, and one without GPUs those of none. It takes "
                    + "control groups: `q daemon status` says by what it is done; where it cannot be, jobs for GPUs are refused.");

    public static final Key<Integer> QUEUED_PER_USER = new Key<>(
            "shared.queued_per_user",
            Kinds.integer(0, 1_000_000),
            0,
            "How many jobs of one user may wait. Beyond that a submission is refused. 0: as many as of all together.");
    public static final Key<Integer> GPUS_PER_USER = new Key<>(
            "shared.gpus_per_user",
            Kinds.integer(0, 64),
            0,
            "How many GPUs one user's jobs may hold at once; further ones wait, and others go before them. 0: all.");

    /** In the order of the reference. */
    static final List<Key<?>> ALL =
            List.of(ADMINISTRATORS, SHOW_COMMANDS, ROOT_JOBS, CONFINE_GPUS, QUEUED_PER_USER, GPUS_PER_USER);

    private SharedKeys() {}
}
