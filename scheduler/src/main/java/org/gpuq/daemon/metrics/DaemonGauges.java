package org.gpuq.daemon.metrics;

import java.time.Instant;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.GpuSnapshot.Driver;

/**
 * What is told of the daemon itself and of the driver it polls.
 *
 * @param version the daemon's version
 * @param startedAt by the wall clock
 */
record DaemonGauges(String version, Instant startedAt) {
    void write(View view, GaugeRows rows) {
        rows.add(Metric.BUILD_INFO, 1, version);
        rows.add(Metric.START_TIME, startedAt.toEpochMilli() / 1e3);
        GpuSnapshot gpus = view.gpus();
        if (gpus.equals(GpuSnapshot.NONE)) {
            return; // not looked yet: nothing is known of the driver, and a poll that never was has no age
        }
        switch (gpus.driver()) {
            case Driver.Ready ready -> {
                rows.add(Metric.DRIVER_INFO, 1, ready.version(), Boolean.toString(ready.simulated()));
                rows.add(Metric.DRIVER_UP, 1);
            }
            case Driver.Absent absent -> rows.add(Metric.DRIVER_UP, 0);
            case Driver.Failing failing -> rows.add(Metric.DRIVER_UP, 0);
        }
        rows.add(Metric.POLL_AGE, Math.max(0, (view.now().monotonicNanos() - gpus.begunNanos()) / 1e9));
    }
}
