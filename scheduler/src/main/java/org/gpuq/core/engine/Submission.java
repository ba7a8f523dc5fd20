package org.gpuq.core.engine;

import java.util.Optional;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.job.End;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Resources;
import org.gpuq.core.model.JobId;
import org.gpuq.core.policy.Placement;

/** Takes a job in, or says at once that it could never run. */
final class Submission {
    private Submission() {}

    static Answer submit(Draft draft, Input.Submit wish) {
        JobSpec spec = wish.spec();
        Optional<Refusal> refusal = full(draft)
                .or(() -> beyondUser(draft, spec))
                .or(() -> wish.skipOrphan() ? Optional.empty() : unknownParent(draft.state(), spec))
                .or(() -> neverEnoughGpus(draft.surroundings().gpus(), spec));
        if (refusal.isPresent()) {
            return new Answer.Refused(refusal.get());
        }
        JobId id = new JobId(draft.state().nextId());
        Optional<JobId> hopeless = spec.after().stream()
                .filter(parent -> hopeless(draft.state(), parent))
                .findFirst();
        draft.add(new Event.Submitted(id, spec, draft.surroundings().now().wall()));
        hopeless.ifPresent(parent -> Reports.end(draft, id, new End.Skipped(parent)));
        return new Answer.Accepted(id);
    }

    /** Not there, or ended without success. */
    private static boolean hopeless(State state, JobId parent) {
        return state.job(parent)
                .map(job -> job.state() instanceof JobState.Ended ended
                        && !ended.end().success())
                .orElse(true);
    }

    private static Optional<Refusal> full(Draft draft) {
        int limit = draft.surroundings().settings().maxQueued();
        return draft.state().queued() < limit
                ? Optional.empty()
                : Optional.of(new Refusal(
                        Kind.FULL,
                        "the queue is full: " + limit + " jobs wait already",
                        "try again when some have started, or raise jobs.max_queued"));
    }

    private static Optional<Refusal> beyondUser(Draft draft, JobSpec spec) {
        UserLimits limits = draft.surroundings().settings().users();
        if (limits.gpus() > 0 && spec.resources().gpus() > limits.gpus()) {
            return Optional.of(new Refusal(
                    Kind.FAILED,
                    "the job asks for " + Job.gpus(spec.resources().gpus()) + ", and one user gets "
                            + Job.gpus(limits.gpus()) + " at once here",
                    "ask for fewer, or have shared.gpus_per_user raised"));
        }
        return limits.queued() == 0 || waiting(draft.state(), spec) < limits.queued()
                ? Optional.empty()
                : Optional.of(new Refusal(
                        Kind.FAILED,
                        limits.queued() + " of your jobs wait already, as many as one user may have",
                        "try again when some have started, or have shared.queued_per_user raised"));
    }

    private static long waiting(State state, JobSpec spec) {
        long count = 0;
        for (Job job : state.jobs()) {
            if (job.state() instanceof JobState.Queued && job.spec().user().is(spec.user())) {
                count++;
            }
        }
        return count;
    }

    private static Optional<Refusal> unknownParent(State state, JobSpec spec) {
        return spec.after().stream()
                .filter(parent -> state.job(parent).isEmpty())
                .findFirst()
                .map(parent -> new Refusal(
                        Kind.NOT_FOUND,
                        "there is no job " + parent + " to run after",
                        "'q list --all' shows the jobs there are"));
    }

    /** While the driver fails nobody knows what the machine can do: the job waits, with that reason. */
    private static Optional<Refusal> neverEnoughGpus(GpuSnapshot snapshot, JobSpec spec) {
        int needed = spec.resources().gpus();
        if (needed == 0) {
            return Optional.empty();
        }
        return switch (snapshot.driver()) {
            case Driver.Absent absent ->
                Optional.of(new Refusal(
                        Kind.FAILED,
                        "no GPU can be used on this machine: " + absent.reason(),
                        "'q demo' shows gpuq at work on simulated GPUs"));
            case Driver.Ready ready -> tooMany(spec.resources(), snapshot);
            case Driver.Failing failing -> Optional.empty();
        };
    }

    private static Optional<Refusal> tooMany(Resources asked, GpuSnapshot snapshot) {
        int there = snapshot.gpus().size();
        if (asked.gpus() > there) {
            return refused("the job asks for " + Job.gpus(asked.gpus()) + " and this machine has " + there);
        }
        String which = asked.want().words();
        long such = snapshot.gpus().stream()
                .map(gpu -> Offers.offer(gpu, new GpuState.Free(), Optional.empty()))
                .filter(gpu -> Placement.suits(gpu, asked.want()))
                .count();
        return such >= asked.gpus()
                ? Optional.empty()
                : refused("the job asks for " + Job.gpus(asked.gpus()) + " " + which + ", and this machine has "
                        + (such == 0 ? "none such" : such + " such"));
    }

    private static Optional<Refusal> refused(String message) {
        return Optional.of(new Refusal(Kind.FAILED, message, "'q gpu' lists them"));
    }
}
