package org.gpuq.core.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.gpuq.core.engine.Concern.Kind;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.gpu.Lease.Phase;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.job.End;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;

/** Finds what is to be looked at: strays, and jobs that outlive their cancel. */
final class Concerns {
    /** What was killed is gone within this, unless something is wrong. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final View view;
    private final List<Concern> found = new ArrayList<>();

    private Concerns(View view) {
        this.view = view;
    }

    /** In the order of the jobs, each once. */
    static List<Concern> of(View view) {
        return new Concerns(view).find();
    }

    /** Says it once to each job's owner: what is said is on record. */
    static void tell(Draft draft) {
        for (Concern concern : of(Schedule.view(draft))) {
            boolean said = draft.state().gpus().remarks(concern.job()).stream()
                    .anyMatch(remark -> remark.text().equals(concern.text()));
            if (!said) {
                GpuCare.remark(draft, concern.job(), concern.text());
            }
        }
    }

    private List<Concern> find() {
        Set<JobId> suspects = new TreeSet<>(view.state().leases().keySet());
        view.state().active().forEach(suspects::add);
        strays(suspects);
        suspects.forEach(id -> view.state().job(id).ifPresent(this::outlives));
        return List.copyOf(found);
    }

    private void strays(Set<JobId> jobs) {
        if (!(view.gpus().driver() instanceof Driver.Ready)) {
            return;
        }
        for (ObservedGpu gpu : view.gpus().gpus()) {
            for (GpuProcess process : gpu.processes().orElse(List.of())) {
                process.job()
                        .filter(job -> jobs.contains(job) && stray(view.state(), gpu.id(), process))
                        .ifPresent(job -> add(
                                job,
                                Kind.STRAY,
                                "process " + process.pid() + " of this job is on GPU " + gpu.label()
                                        + ", which the job has not got"));
            }
        }
    }

    /** Whether a process is a job's and its job has no lease on the GPU that it is on. */
    static boolean stray(State state, GpuId gpu, GpuProcess process) {
        return process.owner() == Owner.JOB
                && process.job()
                        .map(state.leases()::get)
                        .filter(lease -> lease.gpus().contains(gpu))
                        .isEmpty();
    }

    private void outlives(Job job) {
        Optional<Run.Cancellation> wish = job.state().maybeRun().flatMap(Run::cancellation);
        if (job.state().active()) {
            wish.filter(it -> it.lastSignal() == Cancelling.SIGKILL
                            && past(it.atMonotonicNanos(), view.settings().cancelGrace()))
                    .ifPresent(it -> add(
                            job.id(),
                            Kind.OUTLIVES_CANCEL,
                            "it was killed and has not ended; a process of it may hang in the kernel"));
            return;
        }
        Lease lease = view.state().leases().get(job.id());
        if (lease != null && wasToEnd(job) && lease.phase() instanceof Phase.Cooling cooling) {
            remains(job, lease, cooling);
        }
    }

    private void remains(Job job, Lease lease, Phase.Cooling cooling) {
        if (!cooling.processesGone()) {
            if (past(cooling.sinceNanos(), Duration.ZERO)) {
                add(job.id(), Kind.OUTLIVES_CANCEL, "it was killed and processes of it are left");
            }
            return;
        }
        Map<GpuId, GpuState> states = view.gpuStates();
        view.gpus().gpus().stream()
                .filter(gpu -> lease.gpus().contains(gpu.id()))
                .filter(gpu -> states.get(gpu.id()) instanceof GpuState.Residual)
                .findFirst()
                .ifPresent(gpu -> add(
                        job.id(),
                        Kind.OUTLIVES_CANCEL,
                        "it was killed and GPU " + gpu.label() + " is not clean of it"));
    }

    private static boolean wasToEnd(Job job) {
        return job.state() instanceof JobState.Ended ended
                && switch (ended.end()) {
                    case End.Cancelled cancelled -> true;
                    case End.TimedOut timedOut -> true;
                    case End.Departed departed -> departed.by().isPresent();
                    case End.MadeWay madeWay -> true;
                    case End.Finished finished -> false;
                    case End.Failed failed -> false;
                    case End.NotStarted notStarted -> false;
                    case End.Skipped skipped -> false;
                    case End.Lost lost -> false;
                };
    }

    private boolean past(long sinceNanos, Duration more) {
        return view.now().monotonicNanos() - sinceNanos > more.plus(PATIENCE).toNanos();
    }

    private void add(JobId job, Kind kind, String text) {
        Concern concern = new Concern(job, kind, text);
        if (!found.contains(concern)) {
            found.add(concern);
        }
    }
}
