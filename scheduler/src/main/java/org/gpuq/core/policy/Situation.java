package org.gpuq.core.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.model.GpuId;

/**
 * What a policy may know.
 *
 * @param lines queued jobs that wait for nothing but room, in order of arrival; walked only as far as needed
 * @param slots CPU slots there are
 * @param slotsTaken CPU slots in use; more than there are when somebody took some away
 * @param gpus every GPU, in the order of their indices
 * @param driverTrouble why no GPU can be given away at all, if so
 */
public record Situation(
        Map<Line, Iterable<Job>> lines, int slots, int slotsTaken, List<Gpu> gpus, Optional<String> driverTrouble) {
    public record Gpu(GpuId id, GpuState state) {
        boolean free() {
            return state instanceof GpuState.Free;
        }
    }

    public Iterable<Job> line(Line line) {
        return lines.getOrDefault(line, List.of());
    }
}
