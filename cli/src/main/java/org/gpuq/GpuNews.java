package org.gpuq;

import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuEvent;
import org.gpuq.daemon.port.Observer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into the daemon's log what was decided about GPUs, by whom and why, and has the GPUs looked at once more right
 * after a start: a foreign process may have come at the same moment.
 */
final class GpuNews implements Observer {
    private static final Logger LOG = LoggerFactory.getLogger(GpuNews.class);

    private final Runnable look;

    GpuNews(Runnable look) {
        this.look = look;
    }

    @Override
    public void happened(Event event, View before, View after) {
        if (event instanceof Event.Starting starting && !starting.gpus().isEmpty()) {
            look.run();
        } else if (event instanceof Event.Started started && holdsGpus(after, started)) {
            look.run();
        } else if (event instanceof Event.OnGpu gpu) {
            tell(gpu.what());
        }
    }

    private static boolean holdsGpus(View view, Event.Started started) {
        return view.state().leases().containsKey(started.job());
    }

    private static void tell(GpuEvent event) {
        switch (event) {
            case GpuEvent.Drained it ->
                LOG.info("{} is drained by {}: {}", it.gpu(), it.by().name(), plain(it.reason()));
            case GpuEvent.Resumed it ->
                LOG.info("{} is resumed by {}: {}", it.gpu(), it.by().name(), plain(it.reason()));
            case GpuEvent.Quarantined it ->
                LOG.warn("{} is set aside: {}", it.gpu(), it.trouble().reason());
            case GpuEvent.Released it -> LOG.info("{} is well again", it.gpu());
            case GpuEvent.Pardoned it ->
                LOG.info(
                        "{} has process {} ignored (started at tick {}): {}",
                        it.by().name(),
                        it.process().pid(),
                        it.process().startTicks(),
                        plain(it.reason()));
            case GpuEvent.PardonEnded it ->
                LOG.info("process {} is no longer ignored", it.process().pid());
            case GpuEvent.Turned it ->
                LOG.info("{} is {}{}", it.gpu(), it.state(), it.reason().isEmpty() ? "" : ": " + plain(it.reason()));
            case GpuEvent.Raced it -> LOG.warn("job {}: {}", it.job(), it.text());
            case GpuEvent.Remarked it -> LOG.warn("job {}: {}", it.job(), it.text());
        }
    }

    /** A reason is what somebody typed: it stays in one line. */
    private static String plain(String reason) {
        return reason.replaceAll("\\p{Cntrl}", " ");
    }
}
