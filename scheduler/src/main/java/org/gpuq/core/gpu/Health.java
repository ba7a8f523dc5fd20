package org.gpuq.core.gpu;

import java.util.List;
import java.util.OptionalLong;

/**
 * What the driver says of a GPU's health.
 *
 * @param troubles what sets it aside
 * @param remarks what slows it down or should be known, each a phrase; they set nothing aside
 * @param resetNanos when the GPU or its driver was last seen to have been reset, on the monotonic clock
 */
public record Health(List<Trouble> troubles, List<String> remarks, OptionalLong resetNanos) {
    public static final Health GOOD = new Health(List.of(), List.of(), OptionalLong.empty());

    public Health {
        troubles = List.copyOf(troubles);
        remarks = List.copyOf(remarks);
    }
}
