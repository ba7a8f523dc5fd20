package org.gpuq.daemon.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.gpuq.core.engine.Event.FollowUp.Kind;
import org.gpuq.core.job.End;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.JobState;
import org.gpuq.core.model.RawBytes;

/** What is run when a job has: the submitter's own program, or the mailer, in the submitter's name and place. */
final class FollowUpSpec {
    /** The script is the same for everybody; what a user typed are its arguments: program, recipient, subject, command, output. */
    private static final String MAIL =
            "{ printf 'From: gpuq\\nTo: %s\\nSubject: %s\\n\\nCommand: %s\\nOutput:\\n' \"$2\" \"$3\" \"$4\";"
                    + " if [ -n \"$5\" ]; then cat -- \"$5\"; fi; } | \"$1\" -oi -- \"$2\"";

    private static final String SENDMAIL = "/usr/sbin/sendmail";

    private FollowUpSpec() {}

    /** @param output the job's output file, if it has one */
    static JobSpec of(Job job, Kind kind, Optional<RawBytes> output) {
        RawBytes file = output.orElse(RawBytes.utf8(""));
        RawBytes id = RawBytes.utf8(job.id().toString());
        RawBytes error = RawBytes.utf8(Integer.toString(error(job)));
        List<RawBytes> words = switch (kind) {
            case FINISH -> List.of(job.spec().delivery().onFinish().orElseThrow(), id, error, file, command(job));
            case MAIL -> {
                List<RawBytes> mail = new ArrayList<>(List.of(
                        RawBytes.utf8("/bin/sh"), RawBytes.utf8("-c"), RawBytes.utf8(MAIL), RawBytes.utf8("gpuq")));
                mail.add(RawBytes.utf8(SENDMAIL));
                mail.add(oneLine(job.spec().delivery().mailTo().orElseThrow()));
                mail.add(RawBytes.utf8("the task " + id + " finished with error " + error + "."));
                mail.add(oneLine(command(job)));
                mail.add(file);
                yield mail;
            }
        };
        return job.spec().toRun(words);
    }

    /** A line break would begin another header. */
    private static RawBytes oneLine(RawBytes text) {
        return new RawBytes(text.latin1().replaceAll("[\\r\\n]+", " "));
    }

    private static RawBytes command(Job job) {
        return new RawBytes(job.spec().command().stream().map(RawBytes::latin1).collect(Collectors.joining(" ")));
    }

    /** As task-spooler counts: the exit code, and -1 for a job that has none. */
    private static int error(Job job) {
        return job.state() instanceof JobState.Ended ended ? code(ended.end()) : -1;
    }

    private static int code(End end) {
        return switch (end) {
            case End.Finished finished -> 0;
            case End.Failed failed -> code(failed.status());
            case End.TimedOut timedOut -> code(timedOut.status());
            case End.Cancelled cancelled ->
                cancelled.status().map(FollowUpSpec::code).orElse(-1);
            case End.NotStarted notStarted -> -1;
            case End.Skipped skipped -> -1;
            case End.Lost lost -> -1;
            case End.Departed departed -> -1;
            case End.MadeWay madeWay -> code(madeWay.status());
        };
    }

    private static int code(ExitStatus status) {
        return status instanceof ExitStatus.Exited exited ? exited.code() : -1;
    }
}
