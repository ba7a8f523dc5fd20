package org.gpuq.daemon.metrics;

import io.micrometer.core.instrument.Counter;
import java.util.HashMap;
import java.util.Map;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.model.JobId;

/**
 * Sums up GPU-seconds: what was held or idle in the last view is taken to have been so until the next one. Views come from
 * the loop's thread and from scrapes; thread-safe.
 */
final class HeldTime {
    private final Counters counters;
    private final Counter idleWhileWaiting;

    private boolean started;
    private long lastNanos;
    private Map<JobId, Lease> leases = Map.of();
    private Map<String, Integer> heldByUser = Map.of();
    private GpuSnapshot snapshot = GpuSnapshot.NONE;
    private int free;
    private boolean waiting;

    HeldTime(Counters counters) {
        this.counters = counters;
        this.idleWhileWaiting = counters.counter(Metric.IDLE_WHILE_WAITING);
    }

    /** Counts up to the view's moment. A view older than the last one is of no use and changes nothing. */
    synchronized void advance(View view) {
        long nanos = view.now().monotonicNanos();
        if (started && nanos < lastNanos) {
            return;
        }
        count(started ? (nanos - lastNanos) / 1e9 : 0);
        boolean leasesChanged = !leases.equals(view.state().leases());
        // Most events change neither: working the GPUs' states out for each would slow down a flood of submissions.
        if (!started || leasesChanged || snapshot.begunNanos() != view.gpus().begunNanos()) {
            look(view);
        }
        if (leasesChanged) {
            leases = view.state().leases();
            heldByUser = heldByUser(view);
            heldByUser.keySet().forEach(user -> counters.counter(Metric.GPU_SECONDS, user));
        }
        waiting = !view.state().ready(Line.GPU).isEmpty();
        started = true;
        lastNanos = nanos;
    }

    /** Like {@link #advance}, and sees also what time alone changes: a snapshot grows too old to call a GPU free. */
    synchronized void refresh(View view) {
        advance(view);
        look(view);
    }

    private void count(double seconds) {
        if (seconds > 0) {
            heldByUser.forEach(
                    (user, gpus) -> counters.counter(Metric.GPU_SECONDS, user).increment(gpus * seconds));
            idleWhileWaiting.increment((waiting ? free : 0) * seconds);
        }
    }

    private void look(View view) {
        snapshot = view.gpus();
        free = (int) view.gpuStates().values().stream()
                .filter(GpuState.Free.class::isInstance)
                .count();
    }

    private static Map<String, Integer> heldByUser(View view) {
        Map<String, Integer> held = new HashMap<>();
        for (Lease lease : view.state().leases().values()) {
            view.state()
                    .job(lease.job())
                    .ifPresent(job ->
                            held.merge(job.spec().user().name(), lease.gpus().size(), Integer::sum));
        }
        return held;
    }
}
