package org.gpuq.core.simulation;

import java.util.stream.LongStream;
import org.gpuq.core.engine.Engine;
import org.junit.jupiter.api.Test;

/**
 * Random histories of the real core. {@code -Dgpuq.simulation.histories=N} runs N of them, from seed 0 or from that of
 * {@code -Dgpuq.simulation.first=F} on; {@code -Dgpuq.simulation.seed=S} runs only that of S.
 */
class SimulationTest {
    private static final long HISTORIES = Long.getLong("gpuq.simulation.histories", 10_000);

    private static final long FIRST = Long.getLong("gpuq.simulation.first", 0);

    @Test
    void everyInvariantHoldsAfterEveryStep() {
        Long only = Long.getLong("gpuq.simulation.seed");
        if (only != null) {
            Simulation.run(only, Engine::decide);
            return;
        }
        LongStream.range(FIRST, FIRST + HISTORIES).parallel().forEach(seed -> Simulation.run(seed, Engine::decide));
    }
}
