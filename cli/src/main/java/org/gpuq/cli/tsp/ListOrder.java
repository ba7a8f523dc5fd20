package org.gpuq.cli.tsp;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.View;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.model.JobId;

/** The jobs in the order of task-spooler's list: those that run, those that wait, then those that are over, by their end. */
final class ListOrder {
    private static final Comparator<Job> BY_END = Comparator.comparing(ListOrder::endOf);

    private final State state;

    ListOrder(View view) {
        this.state = view.state();
    }

    List<Job> running() {
        return jobs(state.active());
    }

    /** In the order of their places, whatever they wait for. */
    List<Job> queued() {
        List<Job> queued = jobs(state.ready(Line.CPU));
        queued.addAll(jobs(state.ready(Line.GPU)));
        queued.addAll(jobs(state.held()));
        queued.sort(Comparator.comparingInt(job -> state.place(job.id())));
        return queued;
    }

    List<Job> ended() {
        List<Job> ended = jobs(state.ended());
        ended.sort(BY_END);
        return ended;
    }

    /** What {@code -s -w -r -u} mean without an id: the last of the queue, or of all when nothing is in the queue. */
    Optional<Job> lastAdded() {
        return last(queued()).or(() -> last(running())).or(() -> last(ended()));
    }

    /** What {@code -c -t -o -p -i -k} mean without an id: the first that runs, or what ended last. */
    Optional<Job> lastRun() {
        return running().stream().findFirst().or(() -> last(ended()));
    }

    private static Optional<Job> last(List<Job> jobs) {
        return jobs.isEmpty() ? Optional.empty() : Optional.of(jobs.getLast());
    }

    private List<Job> jobs(Iterable<JobId> ids) {
        List<Job> jobs = new ArrayList<>();
        for (JobId id : ids) {
            state.job(id).ifPresent(jobs::add);
        }
        return jobs;
    }

    private static Instant endOf(Job job) {
        return job.state() instanceof JobState.Ended ended ? ended.at() : job.submittedAt();
    }
}
