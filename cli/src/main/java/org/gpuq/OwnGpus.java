package org.gpuq;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.gpuq.core.engine.View;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.daemon.launch.DeviceFiles;
import org.gpuq.daemon.port.DaemonControl.Confinement;

/**
 * The device files of the GPUs that a job was given, by what the driver says of them. Slices of one GPU have one file.
 *
 * @param confinement where it is impossible, jobs without GPUs run as they would otherwise; those with some do not start
 */
record OwnGpus(Supplier<View> view, Supplier<Confinement> confinement) implements DeviceFiles {
    @Override
    public Optional<Own> of(JobId id, JobSpec spec) {
        if (spec.resources().gpus() > 0) {
            return Optional.of(own(view.get(), id));
        }
        return confinement.get() instanceof Confinement.Impossible ? Optional.empty() : Optional.of(Own.of(List.of()));
    }

    private static Own own(View now, JobId id) {
        List<GpuId> gpus = now.state()
                .job(id)
                .map(Job::state)
                .flatMap(state -> state.maybeRun())
                .map(Run::gpus)
                .orElse(List.of());
        List<OptionalInt> minors = gpus.stream()
                .map(gpu ->
                        now.gpus().gpu(gpu).map(found -> found.facts().minor()).orElse(OptionalInt.empty()))
                .toList();
        return gpus.isEmpty() ? Own.UNKNOWN : Own.of(minors);
    }
}
