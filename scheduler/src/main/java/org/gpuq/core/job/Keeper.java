package org.gpuq.core.job;

/** Who looks after a job's process. */
public enum Keeper {
    /** A supervisor of q-launch, which started it. */
    SUPERVISOR,
    /** The {@code q} in whose terminal it runs. */
    TERMINAL,
    /** Nobody: it ran already when it was adopted, so that how it ends will not be known. */
    NOBODY
}
