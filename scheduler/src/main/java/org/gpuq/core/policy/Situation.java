package org.gpuq.core.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
 * @param gpusOfUsers how many GPUs each user's jobs hold, by uid; counted only where there is a limit
 * @param gpusPerUser how many that may be; 0: as many as there are
 * @param driverTrouble why no GPU can be given away at all, if so
 */
public record Situation(
        Map<Line, Iterable<Job>> lines,
        int slots,
        int slotsTaken,
        List<Gpu> gpus,
        Map<Integer, Integer> gpusOfUsers,
        int gpusPerUser,
        Optional<String> driverTrouble) {
    /** Without limits of users. */
    public Situation(
            Map<Line, Iterable<Job>> lines, int slots, int slotsTaken, List<Gpu> gpus, Optional<String> driverTrouble) {
        this(lines, slots, slotsTaken, gpus, Map.of(), 0, driverTrouble);
    }

    /**
     * @param name the product's
     * @param freeBytes memory that nobody uses
     * @param distances to other GPUs over PCIe, 0 (one board) to 50 (across NUMA nodes); empty: all are alike
     * @param links NVLinks to other GPUs; only those that have any
     * @param room when jobs share it: what it has left for one more
     */
    public record Gpu(
            GpuId id,
            GpuState state,
            String name,
            OptionalLong totalBytes,
            OptionalLong freeBytes,
            Map<GpuId, Integer> distances,
            Map<GpuId, Integer> links,
            Optional<Room> room) {
        /** One of which nothing but the state matters. */
        public Gpu(GpuId id, GpuState state) {
            this(id, state, "", OptionalLong.empty(), OptionalLong.empty(), Map.of(), Map.of(), Optional.empty());
        }

        boolean free() {
            return state instanceof GpuState.Free;
        }

        Gpu in(GpuState other) {
            return new Gpu(id, other, name, totalBytes, freeBytes, distances, links, room);
        }

        Gpu with(Optional<Room> left) {
            return new Gpu(id, state, name, totalBytes, freeBytes, distances, links, left);
        }
    }

    /**
     * What a shared GPU has left.
     *
     * @param bytes memory that is neither declared nor measured to be used, less a reserve
     * @param totalBytes the GPU's memory
     */
    public record Room(long bytes, long totalBytes) {
        Room less(long taken) {
            return new Room(bytes - taken, totalBytes);
        }
    }

    public Iterable<Job> line(Line line) {
        return lines.getOrDefault(line, List.of());
    }
}
