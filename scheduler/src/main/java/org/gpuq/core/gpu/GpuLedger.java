package org.gpuq.core.gpu;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.gpuq.core.model.GpuId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.User;

/**
 * What is on record about GPUs beyond their leases. Immutable.
 *
 * @param accepted marks of troubles that an administrator has accepted
 * @param freedAt when the last lease of a GPU ended
 * @param remarks what was said to the owners of jobs, the latest last
 * @param changes what happened to each GPU
 */
public record GpuLedger(
        Map<GpuId, Drain> drains,
        Map<GpuId, Quarantine> quarantines,
        Map<GpuId, Set<String>> accepted,
        Map<ProcessKey, Pardon> pardons,
        Map<GpuId, Instant> freedAt,
        Map<JobId, List<Remark>> remarks,
        Changes changes) {
    /** More would only be noise. */
    private static final int MOST_REMARKS = 20;

    public static final GpuLedger EMPTY =
            new GpuLedger(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Changes.NONE);

    public GpuLedger {
        drains = Map.copyOf(drains);
        quarantines = Map.copyOf(quarantines);
        accepted = Map.copyOf(accepted);
        pardons = Map.copyOf(pardons);
        freedAt = Map.copyOf(freedAt);
        remarks = Map.copyOf(remarks);
    }

    public record Drain(User by, String reason, Instant at) {}

    public record Quarantine(Trouble trouble, Instant at, long atMonotonicNanos) {}

    public record Pardon(User by, String reason, Instant at, long untilMonotonicNanos) {}

    public record Remark(String text, Instant at) {}

    /** What was said to a job's owner. */
    public List<Remark> remarks(JobId job) {
        return remarks.getOrDefault(job, List.of());
    }

    public Optional<Pardon> pardon(GpuProcess process) {
        return process.key().map(pardons::get);
    }

    /** A GPU that does not answer cannot be used, whoever would have it so. */
    public boolean accepts(GpuId gpu, Trouble trouble) {
        return trouble.kind() != Trouble.Kind.LOST
                && accepted.getOrDefault(gpu, Set.of()).contains(trouble.mark());
    }

    public GpuLedger after(GpuEvent event) {
        GpuLedger next = apply(event);
        return new GpuLedger(
                next.drains,
                next.quarantines,
                next.accepted,
                next.pardons,
                next.freedAt,
                next.remarks,
                changes.with(event));
    }

    private GpuLedger apply(GpuEvent event) {
        return switch (event) {
            case GpuEvent.Drained it -> withDrains(with(drains, it.gpu(), new Drain(it.by(), it.reason(), it.at())));
            case GpuEvent.Resumed it -> resumed(it);
            case GpuEvent.Quarantined it ->
                withQuarantines(
                        with(quarantines, it.gpu(), new Quarantine(it.trouble(), it.at(), it.atMonotonicNanos())));
            case GpuEvent.Released it -> withQuarantines(without(quarantines, it.gpu()));
            case GpuEvent.Pardoned it ->
                withPardons(with(
                        pardons, it.process(), new Pardon(it.by(), it.reason(), it.at(), it.untilMonotonicNanos())));
            case GpuEvent.PardonEnded it -> withPardons(without(pardons, it.process()));
            case GpuEvent.Turned it -> this;
            case GpuEvent.Raced it -> remarked(it.job(), new Remark(it.text(), it.at()));
            case GpuEvent.Remarked it -> remarked(it.job(), new Remark(it.text(), it.at()));
        };
    }

    private GpuLedger resumed(GpuEvent.Resumed event) {
        Set<String> marks = new HashSet<>(accepted.getOrDefault(event.gpu(), Set.of()));
        marks.addAll(event.accepted());
        return new GpuLedger(
                without(drains, event.gpu()),
                without(quarantines, event.gpu()),
                marks.isEmpty() ? accepted : with(accepted, event.gpu(), Set.copyOf(marks)),
                pardons,
                freedAt,
                remarks,
                changes);
    }

    private GpuLedger remarked(JobId job, Remark remark) {
        List<Remark> all = new ArrayList<>(remarks(job));
        all.add(remark);
        List<Remark> last = List.copyOf(all.subList(Math.max(0, all.size() - MOST_REMARKS), all.size()));
        return withRemarks(with(remarks, job, last));
    }

    /** A lease on these GPUs has ended. */
    public GpuLedger freed(Collection<GpuId> gpus, Instant at) {
        Map<GpuId, Instant> all = new HashMap<>(freedAt);
        gpus.forEach(gpu -> all.put(gpu, at));
        return new GpuLedger(drains, quarantines, accepted, pardons, all, remarks, changes);
    }

    /** Processes are gone and every GPU was reset; what is still wrong will show again. */
    public GpuLedger rebooted() {
        return new GpuLedger(drains, Map.of(), Map.of(), Map.of(), freedAt, remarks, changes);
    }

    /** These jobs leave the list. */
    public GpuLedger forget(Collection<JobId> jobs) {
        if (remarks.isEmpty()) {
            return this;
        }
        Map<JobId, List<Remark>> left = new HashMap<>(remarks);
        jobs.forEach(left::remove);
        return withRemarks(left);
    }

    /** Numbers of jobs begin anew. */
    public GpuLedger withoutJobs() {
        return withRemarks(Map.of());
    }

    private GpuLedger withDrains(Map<GpuId, Drain> changed) {
        return new GpuLedger(changed, quarantines, accepted, pardons, freedAt, remarks, changes);
    }

    private GpuLedger withQuarantines(Map<GpuId, Quarantine> changed) {
        return new GpuLedger(drains, changed, accepted, pardons, freedAt, remarks, changes);
    }

    private GpuLedger withPardons(Map<ProcessKey, Pardon> changed) {
        return new GpuLedger(drains, quarantines, accepted, changed, freedAt, remarks, changes);
    }

    private GpuLedger withRemarks(Map<JobId, List<Remark>> changed) {
        return new GpuLedger(drains, quarantines, accepted, pardons, freedAt, changed, changes);
    }

    private static <K, V> Map<K, V> with(Map<K, V> map, K key, V value) {
        Map<K, V> changed = new HashMap<>(map);
        changed.put(key, value);
        return changed;
    }

    private static <K, V> Map<K, V> without(Map<K, V> map, K key) {
        Map<K, V> changed = new HashMap<>(map);
        changed.remove(key);
        return changed;
    }
}
