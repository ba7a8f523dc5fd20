package org.gpuq.core.engine;

import java.util.List;
import java.util.Optional;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.gpu.Lease.Phase;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.JobId;

/**
 * Tells the owners of jobs, once each: that somebody else's process came onto their GPU, and that a process of theirs is on
 * a GPU that the job has not got.
 */
final class Intruders {
    private Intruders() {}

    static void tell(Draft draft) {
        GpuSnapshot gpus = draft.surroundings().gpus();
        for (ObservedGpu gpu : gpus.gpus()) {
            for (GpuProcess process : gpu.processes().orElse(List.of())) {
                switch (process.owner()) {
                    case FOREIGN, UNKNOWN -> intruder(draft, gpu, process);
                    case JOB -> process.job().ifPresent(job -> stray(draft, gpu, process, job));
                    case DISPLAY, MPS -> {}
                }
            }
        }
    }

    private static void intruder(Draft draft, ObservedGpu gpu, GpuProcess process) {
        long begun = draft.surroundings().gpus().begunNanos();
        for (Lease lease : draft.state().leases().values()) {
            boolean pardoned = draft.state().gpus().pardon(process).isPresent();
            if (lease.phase() instanceof Phase.Held && lease.gpus().contains(gpu.id()) && !pardoned && begun > 0) {
                once(
                        draft,
                        lease.job(),
                        "process " + process.pid() + user(process) + ", which is no job's, is on GPU " + gpu.label()
                                + " beside this job");
            }
        }
    }

    private static void stray(Draft draft, ObservedGpu gpu, GpuProcess process, JobId job) {
        Lease lease = draft.state().leases().get(job);
        boolean owned = lease != null && lease.gpus().contains(gpu.id());
        if (!owned && process.owner() == Owner.JOB) {
            once(
                    draft,
                    job,
                    "process " + process.pid() + " of this job is on GPU " + gpu.label()
                            + ", which the job has not got");
        }
    }

    private static void once(Draft draft, JobId job, String text) {
        Optional<Job> known =
                draft.state().job(job).filter(found -> found.state().active());
        boolean said = draft.state().gpus().remarks(job).stream()
                .anyMatch(remark -> remark.text().equals(text));
        if (known.isPresent() && !said) {
            GpuCare.remark(draft, job, text);
        }
    }

    private static String user(GpuProcess process) {
        return process.user().map(user -> " of " + user.name()).orElse("");
    }
}
