package org.gpuq.core.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.job.Delivery;
import org.gpuq.core.job.End;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Keeper;
import org.gpuq.core.job.Resources;
import org.gpuq.core.job.Run;
import org.gpuq.core.job.Terms;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Now;
import org.gpuq.core.model.User;

/**
 * Makes a process that runs outside the queue a job: submitted, started and running in one step, on the GPUs that it is on.
 */
final class Adoption {
    private static final String WHY = "it was on them when it was adopted";

    private Adoption() {}

    static Answer adopt(Draft draft, Input.Adopt wish) {
        Outsider process = wish.process();
        List<ObservedGpu> on = draft.surroundings().gpus().gpus().stream()
                .filter(gpu -> family(gpu, process).findAny().isPresent())
                .toList();
        Optional<Refusal> refusal = others(wish)
                .or(() -> unseen(draft))
                .or(() -> known(draft.state(), process))
                .or(() -> ofAJob(on, process))
                .or(() -> onNone(on, process))
                .or(() -> taken(draft.state(), on));
        return refusal.<Answer>map(Answer.Refused::new).orElseGet(() -> adopt(draft, process, on));
    }

    private static Answer adopt(Draft draft, Outsider process, List<ObservedGpu> on) {
        Now now = draft.surroundings().now();
        Instant at = now.wall();
        List<GpuId> gpus = on.stream().map(ObservedGpu::id).toList();
        JobId id = new JobId(draft.state().nextId());
        draft.add(new Event.Submitted(id, spec(process, gpus.size()), at));
        draft.add(new Event.Starting(id, draft.surroundings().tokens().get(), gpus, at, WHY));
        JobProcess first = new JobProcess(process.key().pid(), process.key().startTicks(), "");
        draft.add(new Event.Started(id, first, at, OptionalLong.of(now.monotonicNanos())));
        return new Answer.Accepted(id);
    }

    private static JobSpec spec(Outsider process, int gpus) {
        return new JobSpec(
                process.owner(),
                process.command(),
                process.directory(),
                process.environment(),
                0,
                List.of(),
                process.label(),
                process.name(),
                new Resources(gpus),
                List.of(),
                Terms.PLAIN,
                Keeper.NOBODY,
                Delivery.PLAIN,
                0);
    }

    private static Stream<GpuProcess> family(ObservedGpu gpu, Outsider process) {
        return gpu.processes().stream()
                .flatMap(List::stream)
                .filter(listed ->
                        listed.key().filter(process.family()::contains).isPresent());
    }

    private static Optional<Refusal> others(Input.Adopt wish) {
        Role role = wish.process().owner().is(wish.by()) ? Role.OWNER : Role.of(wish.by(), wish.administrator());
        return Deed.ADOPT.allowedTo(role)
                ? Optional.empty()
                : Optional.of(new Refusal(
                        Kind.NOT_PERMITTED,
                        "process " + pid(wish.process()) + " is not yours to adopt: it belongs to "
                                + wish.process().owner().name(),
                        "its owner or an administrator adopts it"));
    }

    private static Optional<Refusal> unseen(Draft draft) {
        return Schedule.stale(Schedule.view(draft))
                .map(why -> failed("it cannot be seen which GPUs it is on: " + why, "try again when 'q gpu' works"));
    }

    /** Whether it is a job's first process, on a GPU or not. */
    private static Optional<Refusal> known(State state, Outsider process) {
        for (JobId id : state.active()) {
            Optional<JobProcess> first =
                    state.job(id).flatMap(job -> job.state().maybeRun()).flatMap(Run::process);
            if (first.filter(it -> it.pid() == pid(process)
                            && it.startTicks() == process.key().startTicks())
                    .isPresent()) {
                return Optional.of(failed("process " + pid(process) + " is of job " + id + " already", ""));
            }
        }
        return Optional.empty();
    }

    private static Optional<Refusal> ofAJob(List<ObservedGpu> on, Outsider process) {
        return on.stream()
                .flatMap(gpu -> family(gpu, process))
                .filter(listed -> listed.owner() == Owner.JOB || !listed.blocks())
                .findFirst()
                .map(listed -> listed.job()
                        .map(job -> failed("process " + listed.pid() + " is of job " + job + " already", ""))
                        .orElseGet(() -> failed(
                                "process " + listed.pid() + " only draws, or lets others compute, and blocks nothing",
                                "")));
    }

    private static Optional<Refusal> onNone(List<ObservedGpu> on, Outsider process) {
        return on.isEmpty()
                ? Optional.of(failed("process " + pid(process) + " is on no GPU", "'q gpu' shows those that are"))
                : Optional.empty();
    }

    private static Optional<Refusal> taken(State state, List<ObservedGpu> on) {
        for (ObservedGpu gpu : on) {
            for (Lease lease : state.sortedLeases().values()) {
                if (lease.gpus().contains(gpu.id())) {
                    return Optional.of(failed(
                            "GPU " + gpu.label() + ", which it is on, is leased to job " + lease.job(),
                            "adopt it when that job's lease has ended"));
                }
            }
            if (state.severed().stream().anyMatch(left -> left.gpus().contains(gpu.id()))) {
                return Optional.of(failed(
                        "GPU " + gpu.label() + ", which it is on, may be in use by a job of a queue that was ended",
                        ""));
            }
        }
        return Optional.empty();
    }

    /** It has ended, by itself or because it was asked to. */
    static Answer departed(Draft draft, Input.Departed report) {
        draft.state()
                .active(report.token())
                .filter(job -> job.spec().adopted())
                .ifPresent(job -> Reports.end(draft, job.id(), new End.Departed(askedBy(job))));
        return new Answer.Done();
    }

    private static Optional<User> askedBy(Job job) {
        return job.state().maybeRun().flatMap(Run::cancellation).flatMap(Run.Cancellation::by);
    }

    private static int pid(Outsider process) {
        return process.key().pid();
    }

    private static Refusal failed(String message, String hint) {
        return new Refusal(Kind.FAILED, message, hint);
    }
}
