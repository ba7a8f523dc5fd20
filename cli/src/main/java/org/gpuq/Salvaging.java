package org.gpuq;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.stream.Collectors;
import org.gpuq.core.model.JobId;
import org.gpuq.daemon.journal.Salvage;

/**
 * The daemon's program on a person's word to save what can be saved of a damaged journal, and then to end. q-launch runs
 * it in the daemon's place, with the lock.
 */
final class Salvaging {
    /** The last of the words that q-launch passes on. */
    static final String WORD = "--salvage";

    private static final int FAILED = 2;

    private Salvaging() {}

    /** @return the exit status */
    static int run(Arguments arguments, PrintStream out, PrintStream err) {
        try {
            Salvage.Report report = Salvage.run(arguments.state().resolve("journal.db"), Instant.now());
            tell(report, out);
            return 0;
        } catch (IOException e) {
            err.println("q: " + e.getMessage());
            return FAILED;
        }
    }

    private static void tell(Salvage.Report report, PrintStream out) {
        if (report.aside().isEmpty()) {
            out.println("The queue's journal is not damaged. Nothing was done.");
            return;
        }
        out.println("Saved " + report.jobs() + (report.jobs() == 1 ? " job." : " jobs.")
                + " The damaged journal is whole in " + report.aside().get() + ".");
        if (report.lostRows() + report.lostEvents() > 0) {
            out.println("Of what could still be found, " + report.lostRows() + " records and " + report.lostEvents()
                    + " events made no sense and are left out. What could not be found is not counted.");
        }
        if (!report.without().isEmpty()) {
            out.println("These wait, but have lost the environment to run in and will fail: submit them again. Jobs "
                    + report.without().stream().map(JobId::toString).collect(Collectors.joining(", ")));
        }
        out.println("Jobs that run go on; those that could not be saved are not watched any more. Look through 'q list"
                + " --all' before you rely on it.");
    }
}
