package org.gpuq.core.job;

import java.util.Optional;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.RawBytes;

/**
 * Where a job's output goes, and who is to hear of its end.
 *
 * @param directory of its output file, absolute, where the submitter may create one; empty: the daemon's own
 * @param errorsApart whether standard error has a file of its own, named like the output's with {@code .e} behind
 * @param compressed whether the output is stored as gzip writes it
 * @param onFinish a program that is called with id, error, output file and command when the job has run, by the submitter
 *     and in the submitter's environment
 * @param mailTo who gets the output by mail when the job has run
 * @param remark about the surroundings it was submitted in, for people, as a command of the submitter's printed it; stored
 *     as an environment is
 */
public record Delivery(
        Optional<RawBytes> directory,
        boolean errorsApart,
        boolean compressed,
        Optional<RawBytes> onFinish,
        Optional<RawBytes> mailTo,
        Optional<EnvironmentId> remark) {
    /** Into the daemon's own directory, and nobody is told. */
    public static final Delivery PLAIN =
            new Delivery(Optional.empty(), false, false, Optional.empty(), Optional.empty(), Optional.empty());

    Delivery withoutRemark() {
        return new Delivery(directory, errorsApart, compressed, onFinish, mailTo, Optional.empty());
    }

    /** With {@code instead} in the place of each path and program that the submitter named. */
    Delivery withoutWords(RawBytes instead) {
        return new Delivery(
                directory.map(_ -> instead),
                errorsApart,
                compressed,
                onFinish.map(_ -> instead),
                mailTo.map(_ -> instead),
                Optional.empty());
    }

    /** The same, with a remark. */
    public Delivery noting(EnvironmentId text) {
        return new Delivery(directory, errorsApart, compressed, onFinish, mailTo, Optional.of(text));
    }
}
