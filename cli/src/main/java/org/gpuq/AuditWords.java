package org.gpuq;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.gpuq.cli.render.Sanitize;
import org.gpuq.cli.render.Shell;
import org.gpuq.core.engine.Deed;
import org.gpuq.core.engine.GpuWish;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.Role;
import org.gpuq.core.engine.State;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;

/** What somebody did to what is not theirs, in words that are safe in a line. What is one's own is nobody's business. */
final class AuditWords {
    private AuditWords() {}

    /** A name is what an account database says, the number is who it is: {@code ann(1001)}. */
    static String who(User user) {
        return Sanitize.text(user.name()).replace(' ', '_') + "(" + Integer.toUnsignedString(user.uid()) + ")";
    }

    /** One for each owner of jobs that it was done to, or one for what was done to the machine. */
    static List<String> of(Input.Wish wish, State before, State after) {
        return switch (wish) {
            case Input.Cancel cancel -> toJobs("cancel", wish, before, cancel.jobs());
            case Input.Remove remove -> toJobs("remove", wish, before, remove.jobs());
            case Input.Signal signal ->
                toJobs("send signal " + signal.signal() + " to", wish, before, one(signal.job()));
            case Input.Advance advance -> toJobs("move to the front", wish, before, one(advance.job()));
            case Input.Swap swap -> toJobs("swap", wish, before, List.of(swap.one(), swap.other()));
            case Input.SetSlots set -> List.of("set the CPU slots to " + set.slots());
            case Input.Forget forget -> toJobs("clear from the list", wish, before, gone(before, after));
            case Input.Clear clear -> {
                List<String> lines = toJobs("end the queue with", wish, before, gone(before, after));
                yield lines.isEmpty() ? List.of("end the queue") : lines;
            }
        };
    }

    static String of(GpuWish wish) {
        return switch (wish) {
            case GpuWish.Drain drain -> "drain GPU " + Sanitize.text(drain.gpu().uuid()) + why(drain.reason());
            case GpuWish.Resume resume ->
                "resume GPU " + Sanitize.text(resume.gpu().uuid()) + why(resume.reason());
            case GpuWish.Ignore ignore ->
                "ignore process " + ignore.pid() + " for " + ignore.time().toSeconds() + " s" + why(ignore.reason());
        };
    }

    private static String why(String reason) {
        return reason.isEmpty() ? "" : ": " + Shell.line(List.of(RawBytes.utf8(reason)));
    }

    private static List<JobId> one(JobId id) {
        return List.of(id);
    }

    private static List<JobId> gone(State before, State after) {
        List<JobId> gone = new ArrayList<>();
        for (Job job : before.jobs()) {
            if (after.job(job.id()).isEmpty()) {
                gone.add(job.id());
            }
        }
        return gone;
    }

    /** By the owners' numbers, and each one's jobs by theirs. */
    private static List<String> toJobs(String what, Input.Wish wish, State before, List<JobId> ids) {
        Map<Integer, List<Job>> byOwner = ids.stream()
                .distinct()
                .sorted()
                .flatMap(id -> before.job(id).stream())
                .filter(job -> !own(wish, job.spec().user()))
                .collect(Collectors.groupingBy(job -> job.spec().user().uid(), TreeMap::new, Collectors.toList()));
        return byOwner.values().stream()
                .map(jobs -> what + " " + numbers(jobs) + " of "
                        + who(jobs.getFirst().spec().user()))
                .toList();
    }

    /** Who puts a job of his own before everybody else's does something to theirs. */
    private static boolean own(Input.Wish wish, User owner) {
        boolean beforeAll = wish instanceof Input.Advance
                && Deed.MOVE_BEFORE_ALL.allowedTo(Role.of(wish.by(), wish.administrator()));
        return owner.is(wish.by()) && !beforeAll;
    }

    /** {@code job 3}, {@code jobs 3-5,9}. */
    private static String numbers(List<Job> ascending) {
        List<int[]> ranges = new ArrayList<>();
        for (Job job : ascending) {
            int id = job.id().value();
            if (!ranges.isEmpty() && ranges.getLast()[1] == id - 1) {
                ranges.getLast()[1] = id;
            } else {
                ranges.add(new int[] {id, id});
            }
        }
        return (ascending.size() == 1 ? "job " : "jobs ")
                + ranges.stream()
                        .map(range -> range[0] == range[1] ? "" + range[0] : range[0] + "-" + range[1])
                        .collect(Collectors.joining(","));
    }
}
