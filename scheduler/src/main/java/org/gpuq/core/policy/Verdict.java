package org.gpuq.core.policy;

import java.util.List;
import org.gpuq.core.model.GpuId;

/** What a policy says of one queued job. */
public sealed interface Verdict {
    /**
     * It starts now.
     *
     * @param gpus as many as it asked for
     */
    record Start(List<GpuId> gpus) implements Verdict {
        public Start {
            gpus = List.copyOf(gpus);
        }
    }

    record Wait(WaitReason reason) implements Verdict {}
}
