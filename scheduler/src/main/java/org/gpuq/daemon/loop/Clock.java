package org.gpuq.daemon.loop;

import java.time.Instant;
import org.gpuq.core.model.Now;

/** Where the present moment comes from. Thread-safe. */
@FunctionalInterface
public interface Clock {
    /** The machine's clocks; on Linux {@link System#nanoTime} is CLOCK_MONOTONIC. */
    Clock SYSTEM = () -> new Now(Instant.now(), System.nanoTime());

    Now now();
}
