package org.gpuq.core.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.gpu.GpuEvent;
import org.gpuq.core.gpu.GpuLedger;
import org.gpuq.core.gpu.GpuLedger.Quarantine;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.gpu.ProcessKey;
import org.gpuq.core.gpu.Trouble;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Now;

/** After each look: what is ill is set aside and what is well comes back, and whoever has to know is told. */
final class GpuCare {
    private GpuCare() {}

    static Answer look(Draft draft) {
        if (draft.surroundings().gpus().driver() instanceof Driver.Ready) {
            draft.surroundings().gpus().gpus().forEach(gpu -> health(draft, gpu));
            Intruders.tell(draft);
        }
        Concerns.tell(draft);
        Turns.note(draft);
        endPardons(draft);
        return new Answer.Done();
    }

    private static void health(Draft draft, ObservedGpu gpu) {
        GpuLedger ledger = draft.state().gpus();
        Quarantine on = ledger.quarantines().get(gpu.id());
        Now now = draft.surroundings().now();
        if (on != null && over(draft, gpu, on)) {
            add(draft, new GpuEvent.Released(gpu.id(), now.wall()));
            on = null;
        }
        Optional<Trouble> trouble = gpu.troubles().stream()
                .filter(it -> !ledger.accepts(gpu.id(), it))
                .findFirst();
        if (on == null && trouble.isPresent()) {
            add(draft, new GpuEvent.Quarantined(gpu.id(), trouble.get(), now.wall(), now.monotonicNanos()));
            holders(draft, gpu.id())
                    .forEach(job -> remark(
                            draft,
                            job,
                            "GPU " + gpu.label() + " is set aside: "
                                    + trouble.get().reason() + "; the job goes on as long as it can"));
        }
    }

    /** A condition is over when it is no longer seen; what an event told of is over when there was a reset after it. */
    private static boolean over(Draft draft, ObservedGpu gpu, Quarantine on) {
        boolean seen = gpu.troubles().stream()
                .anyMatch(trouble -> trouble.kind() == on.trouble().kind());
        if (seen) {
            return false;
        }
        OptionalLong reset = gpu.health().resetNanos();
        return switch (on.trouble().kind()) {
            case XID -> reset.isPresent() && reset.getAsLong() > on.atMonotonicNanos();
            case LOST, RECOVERY, REMAP, ECC ->
                gpu.past().calmLooks()
                        >= draft.surroundings().settings().thresholds().calmLooks();
        };
    }

    private static Set<JobId> holders(Draft draft, GpuId gpu) {
        return draft.state().sortedLeases().values().stream()
                .filter(lease -> lease.gpus().contains(gpu)
                        && draft.state().active().contains(lease.job().value()))
                .map(lease -> lease.job())
                .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
    }

    /** One whose process has gone, as a good look tells, or whose time is over. */
    private static void endPardons(Draft draft) {
        Map<ProcessKey, GpuLedger.Pardon> pardons = draft.state().gpus().pardons();
        if (pardons.isEmpty()) {
            return;
        }
        GpuSnapshot gpus = draft.surroundings().gpus();
        Now now = draft.surroundings().now();
        boolean complete = gpus.driver() instanceof Driver.Ready
                && gpus.gpus().stream().allMatch(gpu -> gpu.processes().isPresent());
        Set<ProcessKey> there = new HashSet<>();
        gpus.gpus().stream()
                .flatMap(gpu -> gpu.processes().stream().flatMap(List::stream))
                .map(GpuProcess::key)
                .forEach(key -> key.ifPresent(there::add));
        pardons.forEach((key, pardon) -> {
            if (now.monotonicNanos() >= pardon.untilMonotonicNanos() || (complete && !there.contains(key))) {
                add(draft, new GpuEvent.PardonEnded(key, now.wall()));
            }
        });
    }

    static void remark(Draft draft, JobId job, String text) {
        add(draft, new GpuEvent.Remarked(job, text, draft.surroundings().now().wall()));
    }

    private static void add(Draft draft, GpuEvent event) {
        draft.add(new Event.OnGpu(event));
    }
}
