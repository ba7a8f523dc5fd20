package org.gpuq.core.policy;

import java.util.List;
import org.gpuq.core.model.GpuId;

/** What a policy says of one queued job. */
public sealed interface Verdict {
    /**
     * It starts now.
     *
     * @param gpus as many as it asked for
     * @param why a phrase: why just those; empty when there was nothing to choose
     */
    record Start(List<GpuId> gpus, String why) implements Verdict {
        public Start {
            gpus = List.copyOf(gpus);
        }

        public Start(List<GpuId> gpus) {
            this(gpus, "");
        }
    }

    record Wait(WaitReason reason) implements Verdict {}
}
