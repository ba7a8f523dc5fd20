package org.gpuq.cli.command;

import org.gpuq.daemon.port.RefusedException;

/** Process ids as people write them. */
final class ProcessIds {
    private ProcessIds() {}

    static int parse(String text) throws RefusedException {
        if (!text.matches("[0-9]{1,9}")) {
            throw Usage.wrong("'" + Usage.text(text) + "' is no process id", "'q gpu' shows those on GPUs");
        }
        return Integer.parseInt(text);
    }
}
