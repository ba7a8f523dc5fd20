package org.gpuq.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.gpu.Lease.Phase;
import org.gpuq.core.job.End;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Run;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Now;
import org.gpuq.core.model.Token;

/** Takes in what supervisors and foreground jobs report. A report may come twice or late; the second changes nothing. */
final class Reports {
    private Reports() {}

    /** Another boot than the last: no process of then is left, and nobody saw how it ended. */
    static Answer daemonStarted(Draft draft, Input.DaemonStart start) {
        boolean rebooted = draft.state()
                .bootId()
                .filter(boot -> !boot.equals(start.bootId()))
                .isPresent();
        draft.add(new Event.DaemonStarted(
                start.bootId(), draft.surroundings().now().wall()));
        if (rebooted) {
            for (JobId id : draft.state().active()) {
                end(draft, id, new End.Lost("the machine went down while it ran"));
            }
            for (JobId id : draft.state().sortedLeases().keySet()) {
                draft.add(new Event.LeaseEnded(id, draft.surroundings().now().wall()));
            }
        }
        return new Answer.Done();
    }

    static Answer launched(Draft draft, Input.Launched launched) {
        draft.state()
                .active(launched.token())
                .filter(job -> job.state() instanceof JobState.Starting)
                .ifPresent(job -> draft.add(new Event.Started(job.id(), launched.process(), launched.at())));
        return new Answer.Done();
    }

    static Answer notLaunched(Draft draft, Input.NotLaunched report) {
        return ended(draft, report.token(), job -> new End.NotStarted(report.failure()));
    }

    static Answer exited(Draft draft, Input.Exited report) {
        return ended(
                draft,
                report.token(),
                job -> cancelledBy(job)
                        .<End>map(cancellation ->
                                new End.Cancelled(cancellation.by(), Optional.of(report.status()), report.usage()))
                        .orElseGet(() -> own(report.status(), report.usage())));
    }

    private static End own(ExitStatus status, Usage usage) {
        return status.success() ? new End.Finished(usage) : new End.Failed(status, usage);
    }

    /** For a job that has ended already it only means that nobody watches its processes any more. */
    static Answer vanished(Draft draft, Input.Vanished report) {
        ended(draft, report.token(), job -> new End.Lost(report.reason()));
        return processesGone(draft, new Input.ProcessesGone(report.token()));
    }

    static Answer processesGone(Draft draft, Input.ProcessesGone report) {
        for (Lease lease : draft.state().sortedLeases().values()) {
            boolean waiting = lease.phase() instanceof Phase.Cooling cooling && !cooling.processesGone();
            if (waiting
                    && tokenOf(draft.state(), lease.job())
                            .filter(report.token()::equals)
                            .isPresent()) {
                draft.add(new Event.ProcessesGone(lease.job()));
            }
        }
        return new Answer.Done();
    }

    private static Optional<Token> tokenOf(State state, JobId id) {
        return state.job(id).flatMap(job -> job.state().maybeRun()).map(Run::token);
    }

    private static Optional<Run.Cancellation> cancelledBy(Job job) {
        return job.state().maybeRun().flatMap(Run::cancellation);
    }

    private interface How {
        End end(Job job);
    }

    private static Answer ended(Draft draft, Token token, How how) {
        draft.state().active(token).ifPresent(job -> end(draft, job.id(), how.end(job)));
        return new Answer.Done();
    }

    /** Ends a job, and skips those that were to follow it if it did not succeed, and those that follow them. */
    static void end(Draft draft, JobId first, End how) {
        Now now = draft.surroundings().now();
        List<JobId> ends = new ArrayList<>(List.of(first));
        for (int i = 0; i < ends.size(); i++) {
            JobId id = ends.get(i);
            List<JobId> children = draft.state().dependents().get(id.value()).orElse(List.of());
            End end = i == 0 ? how : new End.Skipped(parentAmong(draft.state(), id, ends));
            draft.add(new Event.Ended(id, end, now.wall(), now.monotonicNanos()));
            if (!end.success()) {
                children.stream().filter(child -> !ends.contains(child)).forEach(ends::add);
            }
        }
    }

    private static JobId parentAmong(State state, JobId child, List<JobId> ended) {
        List<JobId> parents = state.job(child).orElseThrow().spec().after();
        return parents.stream().filter(ended::contains).findFirst().orElseThrow();
    }
}
