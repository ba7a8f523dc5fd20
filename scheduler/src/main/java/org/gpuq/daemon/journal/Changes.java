package org.gpuq.daemon.journal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.State;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.JobId;

/** What the next snapshot has to write: the jobs that changed since the last one. And which environments have jobs. */
final class Changes {
    private final Set<JobId> jobs = new HashSet<>();
    private final Map<EnvironmentId, Integer> users = new HashMap<>();
    private int events;

    /** A job that the snapshot holds. */
    void stored(Job job) {
        used(job.spec());
    }

    private void used(JobSpec spec) {
        stored(spec).forEach(text -> users.merge(text, 1, Integer::sum));
    }

    /** What is stored beside the job because many jobs may share it: its environment, and a remark about that. */
    static List<EnvironmentId> stored(JobSpec spec) {
        return spec.delivery()
                .remark()
                .map(remark -> List.of(spec.environment(), remark))
                .orElseGet(() -> List.of(spec.environment()));
    }

    /** @param before the state that the event has not been applied to; jobs that it forgets are still in there */
    void happened(Event event, State before) {
        events++;
        switch (event) {
            case Event.DaemonStarted it -> {}
            case Event.Submitted it -> {
                used(it.spec());
                jobs.add(it.job());
            }
            case Event.Starting it -> jobs.add(it.job());
            case Event.Started it -> jobs.add(it.job());
            case Event.CancelRequested it -> jobs.add(it.job());
            case Event.SignalSent it -> jobs.add(it.job());
            case Event.Ended it -> jobs.add(it.job());
            case Event.Warned it -> jobs.add(it.job());
            case Event.TimeUp it -> jobs.add(it.job());
            case Event.Arrived it -> jobs.add(it.job());
            case Event.MakesWay it -> jobs.add(it.job());
            case Event.Requeued it -> jobs.add(it.job());
            case Event.Rested it -> jobs.add(it.job());
            case Event.Admission it -> {}
            case Event.ProcessesGone it -> {}
            case Event.LeaseEnded it -> {}
            case Event.OnGpu it -> {}
            case Event.Forgotten it -> forgotten(it.jobs(), before);
            case Event.Signalled it -> {}
            case Event.Reordered it -> {}
            case Event.SlotsChanged it -> {}
            case Event.Cleared it -> {
                before.jobs().forEach(job -> jobs.add(job.id()));
                users.clear();
            }
            case Event.FollowUp it -> {}
            case Event.SeveredGone it -> {}
            case Event.SeveredEnded it -> {}
        }
    }

    private void forgotten(List<JobId> ids, State before) {
        for (JobId id : ids) {
            jobs.add(id);
            before.job(id)
                    .ifPresent(job -> stored(job.spec())
                            .forEach(text ->
                                    users.computeIfPresent(text, (same, count) -> count == 1 ? null : count - 1)));
        }
    }

    Set<JobId> jobs() {
        return jobs;
    }

    int events() {
        return events;
    }

    boolean used(EnvironmentId environment) {
        return users.containsKey(environment);
    }

    /** The snapshot is durable. */
    void saved() {
        jobs.clear();
        events = 0;
    }
}
