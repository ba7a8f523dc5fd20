package org.gpuq.cli.command;

import org.gpuq.daemon.port.RefusedException;

/** One command of {@code q}. picocli fills its fields, then it runs; used by one call at a time. */
interface Verb {
    /** @return the exit status for {@code q}, 0 to 255 */
    int run(Call call) throws RefusedException, InterruptedException;
}
