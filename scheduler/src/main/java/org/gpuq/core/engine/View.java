package org.gpuq.core.engine;

import java.util.Map;
import java.util.Optional;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Now;
import org.gpuq.core.policy.WaitReason;

/**
 * What everybody may look at: a published state, the latest poll, and what follows from them. Immutable.
 *
 * @param now the moment the question is asked
 */
public record View(State state, GpuSnapshot gpus, Settings settings, Now now) {
    /** State of every GPU of the snapshot, in its order. */
    public Map<GpuId, GpuState> gpuStates() {
        return Map.of();
    }

    /** Why each queued job waits, in the order in which they would start within their line. */
    public Map<JobId, WaitReason> waits() {
        return Map.of();
    }

    /** Why one queued job waits; empty when it is not queued. */
    public Optional<WaitReason> wait(JobId job) {
        return Optional.empty();
    }
}
