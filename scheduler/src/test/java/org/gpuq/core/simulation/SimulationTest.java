package org.gpuq.core.simulation;

import java.util.stream.LongStream;
import org.gpuq.core.engine.Engine;
import org.junit.jupiter.api.Test;

/**
 * Random histories of the real core. {@code -Dgpuq.simulation.histories=N} runs N of them, {@code -Dgpuq.simulation.seed=S}
 * only that of S.
 */
class SimulationTest {
    private static final long HISTORIES = Long.getLong("gpuq.simulation.histories", 10_000);

    @Test
    void everyInvariantHoldsAfterEveryStep() {
        Long only = Long.getLong("gpuq.simulation.seed");
        if (only != null) {
            Simulation.run(only, Engine::decide);
            return;
        }
        LongStream.range(0, HISTORIES).parallel().forEach(seed -> Simulation.run(seed, Engine::decide));
    }
}
