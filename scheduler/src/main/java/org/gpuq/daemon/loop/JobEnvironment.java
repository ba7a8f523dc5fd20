package org.gpuq.daemon.loop;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.RawBytes;

/** What a job finds in its environment: what its submitter had, and which GPUs it may use. */
final class JobEnvironment {
    private JobEnvironment() {}

    /**
     * The caller's entries in their order, without those whose names are ours; then ours. An entry that is no
     * {@code NAME=value} is handed on as it is.
     *
     * @param job one that has been started, so that its GPUs are known
     * @param hideGpus whether a job that asked for no GPU is to see none
     */
    static List<RawBytes> of(List<RawBytes> caller, Job job, boolean hideGpus) {
        Map<String, String> ours = ours(job, hideGpus);
        List<RawBytes> entries = new ArrayList<>(caller.size() + ours.size());
        for (RawBytes entry : caller) {
            int equals = entry.latin1().indexOf('=');
            String name = equals < 0 ? "" : entry.latin1().substring(0, equals);
            if (!ours.containsKey(name)) {
                entries.add(entry);
            }
        }
        ours.forEach((name, value) -> entries.add(new RawBytes(name + "=" + value)));
        return List.copyOf(entries);
    }

    private static Map<String, String> ours(Job job, boolean hideGpus) {
        Map<String, String> ours = new LinkedHashMap<>();
        ours.put("GPUQ_JOB_ID", job.id().toString());
        ours.put("GPUQ_ATTEMPT", Integer.toString(job.past().size() + 1));
        // Tells the job's processes from others wherever they go with their environment, such as into a container.
        job.state()
                .maybeRun()
                .ifPresent(run -> ours.put("GPUQ_TOKEN", run.token().toString()));
        if (job.spec().resources().gpus() > 0) {
            // UUIDs mean the same GPU to CUDA, NVML and the container toolkit, whatever the order of indices.
            String gpus = job.state().maybeRun().map(Run::gpus).orElse(List.of()).stream()
                    .map(GpuId::uuid)
                    .collect(Collectors.joining(","));
            ours.put("CUDA_VISIBLE_DEVICES", gpus);
            ours.put("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
            ours.put("NVIDIA_VISIBLE_DEVICES", gpus);
        } else if (hideGpus) {
            ours.put("CUDA_VISIBLE_DEVICES", "");
        }
        return ours;
    }
}
