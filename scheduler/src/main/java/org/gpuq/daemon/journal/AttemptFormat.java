package org.gpuq.daemon.journal;

import org.gpuq.core.job.Attempt;
import org.gpuq.core.job.JobState;

/** What is left of the runs that did not end a job, in JSON. */
final class AttemptFormat {
    private AttemptFormat() {}

    static void write(JsonOut out, Attempt attempt) {
        out.member("run", attempt.run(), JobFormat::run)
                .member("end", attempt.end(), EndFormat::write)
                .instant("at", attempt.at());
    }

    static Attempt read(JsonIn in) {
        return new Attempt(JobFormat.run(in.member("run")), EndFormat.read(in.member("end")), in.instant("at"));
    }

    static void rest(JsonOut out, JobState.Rest rest) {
        out.number("until_monotonic_ns", rest.untilNanos()).flag("undecided", rest.undecided());
    }

    static JobState.Rest rest(JsonIn in) {
        return new JobState.Rest(in.number("until_monotonic_ns"), in.flag("undecided"));
    }
}
