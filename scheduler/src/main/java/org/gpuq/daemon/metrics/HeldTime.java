package org.gpuq.daemon.metrics;

import io.micrometer.core.instrument.Counter;
import java.util.HashMap;
import java.util.Map;
import org.gpuq.core.engine.View;
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
    private int idle;

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
        double seconds = started ? (nanos - lastNanos) / 1e9 : 0;
        if (seconds > 0) {
            heldByUser.forEach(
                    (user, gpus) -> counters.counter(Metric.GPU_SECONDS, user).increment(gpus * seconds));
            idleWhileWaiting.increment(idle * seconds);
        }
        started = true;
        lastNanos = nanos;
        idle = idle(view);
        if (!leases.equals(view.state().leases())) {
            leases = view.state().leases();
            heldByUser = heldByUser(view);
            heldByUser.keySet().forEach(user -> counters.counter(Metric.GPU_SECONDS, user));
        }
    }

    private static int idle(View view) {
        if (view.state().ready(Line.GPU).isEmpty()) {
            return 0;
        }
        return (int) view.gpuStates().values().stream()
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
