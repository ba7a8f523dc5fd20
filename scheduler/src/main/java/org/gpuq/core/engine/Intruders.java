package org.gpuq.core.engine;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.gpuq.core.gpu.GpuEvent;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.gpu.Lease.Phase;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.gpu.ProcessKey;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.JobId;

/**
 * Tells the owners of jobs, once each, that somebody else's process came onto their GPU.
 */
final class Intruders {
    private Intruders() {}

    static void tell(Draft draft) {
        GpuSnapshot gpus = draft.surroundings().gpus();
        Races.noteArrivals(draft);
        for (ObservedGpu gpu : gpus.gpus()) {
            for (GpuProcess process : gpu.processes().orElse(List.of())) {
                switch (process.owner()) {
                    case FOREIGN, UNKNOWN -> intruder(draft, gpu, process);
                    case JOB -> process.job().ifPresent(job -> straysBeside(draft, gpu, process, job));
                    case DISPLAY, MPS -> {}
                }
            }
        }
    }

    private static void intruder(Draft draft, ObservedGpu gpu, GpuProcess process) {
        long begun = draft.surroundings().gpus().begunNanos();
        for (Lease lease : draft.state().leases().values()) {
            boolean pardoned = draft.state().gpus().pardon(process).isPresent();
            if (lease.phase() instanceof Phase.Held
                    && lease.gpus().contains(gpu.id())
                    && !pardoned
                    && begun > 0
                    && !wasItself(draft, lease, process)) {
                tellOf(draft, gpu, process, lease.job());
            }
        }
    }

    /** Told once of each process, whether it came with the job or later. */
    private static void tellOf(Draft draft, ObservedGpu gpu, GpuProcess process, JobId id) {
        String who = "process " + process.pid() + user(process) + ", which is no job's, ";
        boolean raced = Races.surelyOthers(process)
                && draft.state().job(id).filter(job -> Races.open(draft, job)).isPresent();
        String race = who + "came onto GPU " + gpu.label() + " while this job started, and is beside this job";
        boolean said = Stream.of(race, who + "is on GPU " + gpu.label() + " beside this job")
                .anyMatch(text -> said(draft, id, text));
        if (raced && !said) {
            draft.add(new Event.OnGpu(new GpuEvent.Raced(
                    id, gpu.id(), race, draft.surroundings().now().wall())));
        } else if (!said) {
            once(draft, id, who + "is on GPU " + gpu.label() + " beside this job");
        }
        if (raced) {
            Races.makeWay(draft, id);
        }
    }

    /** A look that began before a process was adopted calls it what it was then. */
    private static boolean wasItself(Draft draft, Lease lease, GpuProcess process) {
        return draft.state()
                .job(lease.job())
                .filter(job -> job.spec().adopted())
                .flatMap(job -> job.state().maybeRun())
                .filter(run -> run.startedNanos().orElse(Long.MIN_VALUE)
                                > draft.surroundings().gpus().begunNanos()
                        || run.process()
                                .filter(first -> process.key()
                                        .equals(Optional.of(new ProcessKey(first.pid(), first.startTicks()))))
                                .isPresent())
                .isPresent();
    }

    /** Whoever has the GPU is told of another job's process on it; that job's own owner is by {@link Concerns}. */
    private static void straysBeside(Draft draft, ObservedGpu gpu, GpuProcess process, JobId job) {
        for (Lease lease : draft.state().leases().values()) {
            if (lease.phase() instanceof Phase.Held
                    && lease.gpus().contains(gpu.id())
                    && Concerns.stray(draft.state(), gpu.id(), process)) {
                once(
                        draft,
                        lease.job(),
                        "process " + process.pid() + " of job " + job + ", which has not got GPU " + gpu.label()
                                + ", is on it beside this job");
            }
        }
    }

    private static void once(Draft draft, JobId job, String text) {
        Optional<Job> known =
                draft.state().job(job).filter(found -> found.state().active());
        if (known.isPresent() && !said(draft, job, text)) {
            GpuCare.remark(draft, job, text);
        }
    }

    private static boolean said(Draft draft, JobId job, String text) {
        return draft.state().gpus().remarks(job).stream()
                .anyMatch(remark -> remark.text().equals(text));
    }

    private static String user(GpuProcess process) {
        return process.user().map(user -> " of " + user.name()).orElse("");
    }
}
