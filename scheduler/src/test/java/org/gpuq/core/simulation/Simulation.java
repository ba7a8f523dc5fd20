package org.gpuq.core.simulation;

import java.time.Duration;
import java.util.Random;
import org.gpuq.core.engine.Settings;

/** Runs one history from a seed. */
final class Simulation {
    private static final int MOST_STEPS = 160;
    private static final Settings DEFAULT = Settings.DEFAULT;
    private static final Settings SETTINGS = new Settings(
            2,
            Duration.ofSeconds(10),
            DEFAULT.snapshotMaxAge(),
            DEFAULT.baselineBytes(),
            DEFAULT.baselineRatio(),
            DEFAULT.keepEnded(),
            12);

    private Simulation() {}

    /** In every fourth history it dies after each single decision, in another fourth after some of them. */
    private static int diesOnceIn(long seed) {
        return switch ((int) (seed % 4)) {
            case 0 -> 1;
            case 1 -> 5;
            default -> 0;
        };
    }

    /** @throws AssertionError with the seed and the last events, when an invariant does not hold */
    static void run(long seed, Decider decider) {
        History history = new History(new Random(seed), decider, SETTINGS, diesOnceIn(seed));
        try {
            history.restart();
            Chance chance = new Chance(history);
            for (int steps = history.random.nextInt(MOST_STEPS); steps > 0; steps--) {
                chance.step();
            }
            chance.settle();
        } catch (AssertionError | RuntimeException broken) {
            throw new AssertionError("""
                    the history of seed %d: %s
                    the last that happened:
                    %s
                    once more: ./mvnw verify -pl scheduler -am -Dtest=SimulationTest \
                    -Dsurefire.failIfNoSpecifiedTests=false -Dgpuq.simulation.seed=%d""".formatted(seed, broken.getMessage(), history.told(), seed), broken);
        }
    }
}
