package org.gpuq.core.engine;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.gpu.GpuEvent;
import org.gpuq.core.gpu.GpuLedger;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.gpu.ProcessKey;
import org.gpuq.core.gpu.Trouble;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.Now;

/** Carries out what administrators want done about GPUs, or says why not. */
final class GpuWishes {
    private GpuWishes() {}

    static Answer answer(Draft draft, GpuWish wish) {
        if (!Deed.of(wish).allowedTo(Role.of(wish.by(), wish.administrator()))) {
            return refused(
                    Kind.NOT_PERMITTED,
                    "only an administrator decides about GPUs",
                    "root and the user of the daemon are administrators");
        }
        return switch (wish) {
            case GpuWish.Drain drain -> drain(draft, drain);
            case GpuWish.Resume resume -> resume(draft, resume);
            case GpuWish.Ignore ignore -> ignore(draft, ignore);
        };
    }

    private static Answer drain(Draft draft, GpuWish.Drain wish) {
        GpuLedger.Drain before = draft.state().gpus().drains().get(wish.gpu());
        if (draft.surroundings().gpus().gpu(wish.gpu()).isEmpty()) {
            return unknown(wish.gpu());
        }
        if (before != null) {
            return refused(
                    Kind.FAILED,
                    "that GPU is drained already, by " + before.by().name(),
                    "'q gpu resume' gives it back to the queue");
        }
        Now now = draft.surroundings().now();
        add(draft, new GpuEvent.Drained(wish.gpu(), wish.by(), wish.reason(), now.wall()));
        return new Answer.Done();
    }

    /** What an administrator has seen and accepted does not set the GPU aside again; what is new does. */
    private static Answer resume(Draft draft, GpuWish.Resume wish) {
        GpuLedger ledger = draft.state().gpus();
        Optional<GpuLedger.Quarantine> quarantine =
                Optional.ofNullable(ledger.quarantines().get(wish.gpu()));
        List<Trouble> troubles = draft.surroundings()
                .gpus()
                .gpu(wish.gpu())
                .map(ObservedGpu::troubles)
                .orElse(List.of());
        if (!ledger.drains().containsKey(wish.gpu()) && quarantine.isEmpty() && troubles.isEmpty()) {
            return draft.surroundings().gpus().gpu(wish.gpu()).isEmpty()
                    ? unknown(wish.gpu())
                    : refused(Kind.FAILED, "that GPU is neither drained nor set aside", "'q gpu' shows what holds it");
        }
        Optional<Trouble> lost = troubles.stream()
                .filter(trouble -> trouble.kind() == Trouble.Kind.LOST)
                .findFirst();
        if (lost.isPresent() && !ledger.drains().containsKey(wish.gpu())) {
            return refused(
                    Kind.FAILED,
                    "that GPU cannot be used: " + lost.get().reason(),
                    "it is used again by itself when it answers");
        }
        Set<String> accepted = troubles.stream()
                .filter(trouble -> trouble.kind() != Trouble.Kind.LOST)
                .map(Trouble::mark)
                .collect(Collectors.toSet());
        quarantine
                .map(GpuLedger.Quarantine::trouble)
                .filter(trouble -> trouble.kind() != Trouble.Kind.LOST)
                .map(Trouble::mark)
                .ifPresent(accepted::add);
        Now now = draft.surroundings().now();
        add(draft, new GpuEvent.Resumed(wish.gpu(), wish.by(), wish.reason(), accepted, now.wall()));
        return new Answer.Done();
    }

    private static Answer ignore(Draft draft, GpuWish.Ignore wish) {
        Optional<GpuProcess> found = draft.surroundings().gpus().gpus().stream()
                .flatMap(gpu -> gpu.processes().stream().flatMap(List::stream))
                .filter(process -> process.pid() == wish.pid())
                .findFirst();
        if (found.isEmpty()) {
            return refused(Kind.NOT_FOUND, "no process " + wish.pid() + " is on a GPU", "'q gpu' shows those that are");
        }
        GpuProcess process = found.get();
        Optional<ProcessKey> key = process.key();
        switch (process.owner()) {
            case JOB -> {
                return refused(
                        Kind.FAILED,
                        "process " + wish.pid() + " is of a job of this queue",
                        "'q cancel' takes a job back");
            }
            case DISPLAY -> {
                return refused(Kind.FAILED, "process " + wish.pid() + " is a desktop program and blocks nothing", "");
            }
            case MPS -> {
                return refused(
                        Kind.FAILED,
                        "process " + wish.pid() + " is an MPS server and blocks nothing",
                        "it is for its clients to be ignored");
            }
            case FOREIGN, UNKNOWN -> {
                if (key.isEmpty()) {
                    return refused(
                            Kind.FAILED,
                            "process " + wish.pid() + " is not in /proc, so nothing would tell it from the next of that"
                                    + " number",
                            "");
                }
            }
        }
        Now now = draft.surroundings().now();
        add(
                draft,
                new GpuEvent.Pardoned(
                        key.orElseThrow(),
                        wish.by(),
                        wish.reason(),
                        now.wall(),
                        now.monotonicNanos() + wish.time().toNanos()));
        return new Answer.Done();
    }

    private static void add(Draft draft, GpuEvent event) {
        draft.add(new Event.OnGpu(event));
    }

    private static Answer unknown(GpuId gpu) {
        return refused(Kind.NOT_FOUND, "there is no GPU " + gpu, "'q gpu' lists them");
    }

    private static Answer refused(Kind kind, String message, String hint) {
        return new Answer.Refused(new Refusal(kind, message, hint));
    }
}
