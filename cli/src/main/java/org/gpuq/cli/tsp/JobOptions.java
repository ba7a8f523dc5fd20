package org.gpuq.cli.tsp;

import java.util.Optional;
import org.gpuq.core.model.RawBytes;

/**
 * How a job is to be queued, as typed; checked only when there is a command to queue.
 *
 * @param stored whether its output is kept in a file
 * @param foreground whether {@code q} stays until it has ended
 * @param patient whether to wait for room in a full queue
 * @param follows which job it depends on
 * @param slots how many it needs
 * @param gpus how many it needs
 */
record JobOptions(
        boolean stored,
        boolean foreground,
        boolean gzip,
        boolean mail,
        boolean errorsApart,
        boolean patient,
        Parent follows,
        Optional<RawBytes> label,
        Optional<String> slots,
        Optional<String> gpus) {
    static final JobOptions DEFAULT = new JobOptions(
            true,
            false,
            false,
            false,
            false,
            true,
            new Parent.None(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** Which job has to succeed first. */
    sealed interface Parent {
        record None() implements Parent {}

        /** The one that was added last. */
        record Latest() implements Parent {}

        record Named(String ids) implements Parent {}
    }
}
