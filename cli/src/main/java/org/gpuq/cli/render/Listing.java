package org.gpuq.cli.render;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.gpuq.core.engine.View;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.model.JobId;
import org.gpuq.core.policy.WaitReason;

/**
 * What a list shows.
 *
 * @param jobs running ones, then queued ones in their order, then ended ones
 * @param hiddenQueued how many queued ones were left out
 * @param hiddenEnded how many ended ones were left out
 */
public record Listing(View view, List<Entry> jobs, int hiddenQueued, int hiddenEnded) {
    /** @param waiting why it waits, when it does */
    record Entry(Job job, Optional<WaitReason> waiting) {}

    /**
     * Which jobs to show.
     *
     * @param wanted those to consider at all
     * @param queued at most so many queued ones
     * @param ended at most so many ended ones, the latest first to stay
     * @param latestFirst ended ones by their end, the latest first; otherwise by id
     */
    public record Choice(Predicate<Job> wanted, int queued, int ended, boolean latestFirst) {}

    private static final Comparator<Job> BY_END = Comparator.comparing(Listing::endOf);

    public static Listing of(View view, Choice choice) {
        List<Entry> entries = new ArrayList<>();
        for (JobId id : view.state().active()) {
            view.state()
                    .job(id)
                    .filter(choice.wanted())
                    .ifPresent(job -> entries.add(new Entry(job, Optional.empty())));
        }
        int hiddenQueued = addQueued(view, choice, entries);
        int hiddenEnded = addEnded(view, choice, entries);
        return new Listing(view, entries, hiddenQueued, hiddenEnded);
    }

    /** Only the first ones; what that leaves out is not counted as hidden. */
    public Listing head(int most) {
        return new Listing(view, jobs.subList(0, Math.min(most, jobs.size())), 0, 0);
    }

    private static int addQueued(View view, Choice choice, List<Entry> entries) {
        int left = choice.queued();
        int hidden = 0;
        for (Map.Entry<JobId, WaitReason> wait : view.waits().entrySet()) {
            Optional<Job> job = view.state().job(wait.getKey()).filter(choice.wanted());
            if (job.isEmpty()) {
                continue;
            }
            if (left-- > 0) {
                entries.add(new Entry(job.get(), Optional.of(wait.getValue())));
            } else {
                hidden++;
            }
        }
        return hidden;
    }

    private static int addEnded(View view, Choice choice, List<Entry> entries) {
        List<Job> ended = new ArrayList<>();
        for (JobId id : view.state().ended()) {
            view.state().job(id).filter(choice.wanted()).ifPresent(ended::add);
        }
        List<Job> shown = ended.size() <= choice.ended() ? ended : latest(ended, choice.ended());
        if (choice.latestFirst()) {
            shown.sort(BY_END.reversed());
        }
        shown.forEach(job -> entries.add(new Entry(job, Optional.empty())));
        return ended.size() - shown.size();
    }

    /** The {@code count} that ended last, by id. */
    private static List<Job> latest(List<Job> ended, int count) {
        PriorityQueue<Job> latest = new PriorityQueue<>(BY_END);
        for (Job job : ended) {
            latest.add(job);
            if (latest.size() > count) {
                latest.remove();
            }
        }
        List<Job> byId = new ArrayList<>(latest);
        byId.sort(Comparator.comparing(Job::id));
        return byId;
    }

    private static java.time.Instant endOf(Job job) {
        return switch (job.state()) {
            case JobState.Ended ended -> ended.at();
            case JobState.Queued queued -> job.submittedAt();
            case JobState.Starting starting -> job.submittedAt();
            case JobState.Running running -> job.submittedAt();
        };
    }
}
