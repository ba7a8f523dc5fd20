package org.gpuq.cli.command;

import org.gpuq.daemon.port.RefusedException;

/** One command of {@code q} that knows all it was told; used by one call at a time. */
public interface Verb {
    /** @return the exit status for {@code q}, 0 to 255 */
    int run(Call call) throws RefusedException, InterruptedException;
}
