package org.gpuq;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.gpuq.core.engine.State;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.daemon.poll.GpuReader;
import org.gpuq.daemon.poll.KnownJob;
import org.gpuq.daemon.poll.NvmlWatch;
import org.gpuq.daemon.poll.ProcFs;
import org.gpuq.daemon.poll.ProcessNaming;
import org.gpuq.nvml.Nvml;

/** What the poller needs to know of the queue: which processes are of jobs, and which GPUs are held. */
final class Looking {
    private Looking() {}

    /** @param state the latest published state */
    static NvmlWatch watch(String library, Map<String, String> environment, Supplier<State> state) {
        ProcFs proc = new ProcFs(Path.of("/proc"));
        return new NvmlWatch(
                () -> Nvml.open(library),
                environment.containsKey("GPUQ_SIM") && !library.equals(Nvml.DEFAULT_LIBRARY),
                System::nanoTime,
                new GpuReader(new ProcessNaming(proc, () -> known(state.get()))),
                () -> held(state.get()));
    }

    private static List<KnownJob> known(State state) {
        Set<JobId> jobs = new HashSet<>(state.leases().keySet());
        state.active().forEach(jobs::add);
        List<KnownJob> known = new ArrayList<>();
        for (JobId id : jobs) {
            Optional<Job> job = state.job(id);
            job.flatMap(Job::lastRun)
                    .map(run -> new KnownJob(
                            id,
                            run.process(),
                            run.token().toString(),
                            job.get().spec().user().uid()))
                    .ifPresent(known::add);
        }
        return known;
    }

    private static Set<GpuId> held(State state) {
        Set<GpuId> held = new HashSet<>();
        state.leases().values().forEach(lease -> held.addAll(lease.gpus()));
        return held;
    }
}
