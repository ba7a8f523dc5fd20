package org.gpuq.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.gpuq.core.Machine;
import org.gpuq.core.engine.Decision;
import org.gpuq.core.engine.Engine;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.Settings;
import org.gpuq.core.engine.Surroundings;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.Health;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.gpu.Past;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Now;
import org.junit.jupiter.api.Test;

/** The simulation is worth something only if it notices: each of these queues has one fault, and must be found out. */
class PlantedBugsTest {
    private static final int HISTORIES = 3000;

    @Test
    void aLookTakenBeforeTheEndReleasesAGpu() {
        Decider hasty = (state, around, input) -> {
            long now = around.now().monotonicNanos();
            GpuSnapshot seen = around.gpus();
            boolean fresh =
                    now - seen.begunNanos() < around.settings().snapshotMaxAge().toNanos();
            GpuSnapshot newer = new GpuSnapshot(seen.driver(), seen.gpus(), fresh ? now + 1 : seen.begunNanos());
            return Engine.decide(state, with(around, newer, around.settings()), input);
        };
        assertThat(caught(hasty)).contains("NoGpuGivenTwice");
    }

    @Test
    void anOldLookGivesGpusAway() {
        Decider patient = (state, around, input) ->
                Engine.decide(state, with(around, around.gpus(), patience(around.settings())), input);
        assertThat(caught(patient)).contains("NeverBesideForeign");
    }

    @Test
    void aProcessIsAdoptedWhereItWasLongAgo() {
        Decider patient = (state, around, input) -> input instanceof Input.Adopt
                ? Engine.decide(state, with(around, around.gpus(), patience(around.settings())), input)
                : Engine.decide(state, around, input);
        assertThat(caught(patient)).containsAnyOf("AdoptedAsSeen", "NeverBesideForeign");
    }

    @Test
    void aJobMakesWayAfterItHasWorked() {
        Decider hasty = (state, around, input) -> {
            Decision decision = Engine.decide(state, around, input);
            List<Event> kept = decision.events().stream()
                    .filter(event -> !(event instanceof Event.Arrived))
                    .toList();
            return new Decision(kept, decision.answer());
        };
        assertThat(caught(hasty)).contains("MakesWayUnused");
    }

    @Test
    void anAdoptedProcessIsGivenUpWhileItRuns() {
        Decider hasty = (state, around, input) -> {
            for (JobId id : state.active()) {
                Job job = state.job(id).orElseThrow();
                if (input instanceof Input.Tick && job.spec().adopted()) {
                    return Engine.decide(
                            state,
                            around,
                            new Input.Departed(
                                    job.state().maybeRun().orElseThrow().token()));
                }
            }
            return Engine.decide(state, around, input);
        };
        assertThat(caught(hasty)).contains("EndsAreTrue");
    }

    @Test
    void foreignProcessesAreOverlooked() {
        assertThat(caught(seeing(PlantedBugsTest::withoutProcesses))).contains("NeverBesideForeign");
    }

    @Test
    void illnessIsOverlooked() {
        assertThat(caught(seeing(gpus -> new GpuSnapshot(
                        gpus.driver(),
                        gpus.gpus().stream().map(gpu -> gpu.with(Health.GOOD)).toList(),
                        gpus.begunNanos()))))
                .contains("NeverBesideForeign");
    }

    @Test
    void aGpuThatIsFreeIsTakenToBeUnwellForTooLong() {
        Past never = new Past(Past.Sight.CLEAR, 0, 1, 0);
        assertThat(caught(seeing(gpus -> new GpuSnapshot(
                        gpus.driver(),
                        gpus.gpus().stream().map(gpu -> gpu.with(never)).toList(),
                        gpus.begunNanos()))))
                .containsAnyOf("IdleIsShort", "NobodyStarves");
    }

    @Test
    void aJobIsAcceptedAndNotKept() {
        Decider forgetful = (state, around, input) -> {
            Decision decision = Engine.decide(state, around, input);
            boolean drop = input instanceof Input.Submit && around.now().monotonicNanos() % 5 == 0;
            return drop ? new Decision(List.of(), decision.answer()) : decision;
        };
        assertThat(caught(forgetful)).contains("NothingAcknowledgedIsLost");
    }

    @Test
    void oneCpuJobTooManyRuns() {
        Decider generous = (state, around, input) -> {
            Settings is = around.settings();
            Settings more = new Settings(
                    is.slots() + 1,
                    is.cancelGrace(),
                    is.snapshotMaxAge(),
                    is.baselineBytes(),
                    is.baselineRatio(),
                    is.keepEnded(),
                    is.maxQueued());
            return Engine.decide(state, with(around, around.gpus(), more), input);
        };
        assertThat(caught(generous)).contains("SlotsNeverExceeded");
    }

    @Test
    void aLateReportSaysAnotherEnd() {
        Decider muddled = (state, around, input) -> Engine.decide(
                state,
                around,
                input instanceof Input.Exited exited
                        ? new Input.Vanished(exited.token(), "its report was not understood")
                        : input);
        assertThat(caught(muddled)).contains("EndsAreTrue");
    }

    @Test
    void theEndOfALeaseIsNotWrittenDown() {
        Decider sloppy = (state, around, input) -> {
            Decision decision = Engine.decide(state, around, input);
            List<Event> kept = decision.events().stream()
                    .filter(event -> !(event instanceof Event.LeaseEnded)
                            && !(event instanceof Event.Starting)
                            && !(event instanceof Event.Forgotten))
                    .toList();
            return new Decision(kept, decision.answer());
        };
        assertThat(caught(sloppy)).contains("NobodyStarves");
    }

    @Test
    void timeIsMeasuredByTheWallClock() {
        Decider astronomer = (state, around, input) -> {
            Duration wall = Duration.between(Machine.EPOCH, around.now().wall());
            Now now = new Now(around.now().wall(), wall.toNanos());
            return Engine.decide(
                    state,
                    input instanceof Input.Tick
                            ? new Surroundings(now, around.gpus(), around.settings(), around.tokens())
                            : around,
                    input);
        };
        assertThat(caught(astronomer)).contains("TimeIsUp");
    }

    @Test
    void aRestIsNeverOver() {
        Decider sleepy = (state, around, input) -> {
            Decision decision = Engine.decide(state, around, input);
            List<Event> kept = decision.events().stream()
                    .filter(event -> !(event instanceof Event.Rested) && !(event instanceof Event.Starting))
                    .toList();
            boolean again = decision.events().stream().anyMatch(Event.Rested.class::isInstance);
            return again ? new Decision(kept, decision.answer()) : decision;
        };
        assertThat(caught(sleepy)).contains("NobodyStarves");
    }

    /** What is said of the first history that shows the fault. */
    private static String caught(Decider faulty) {
        for (long seed = 0; seed < HISTORIES; seed++) {
            try {
                Simulation.run(seed, faulty);
            } catch (AssertionError found) {
                return Optional.ofNullable(found.getMessage()).orElse("");
            }
        }
        return "nothing noticed in " + HISTORIES + " histories";
    }

    private static Decider seeing(UnaryOperator<GpuSnapshot> eyes) {
        return (state, around, input) ->
                Engine.decide(state, with(around, eyes.apply(around.gpus()), around.settings()), input);
    }

    private static Surroundings with(Surroundings around, GpuSnapshot gpus, Settings settings) {
        return new Surroundings(around.now(), gpus, settings, around.tokens());
    }

    private static Settings patience(Settings is) {
        return new Settings(
                is.slots(),
                is.cancelGrace(),
                is.snapshotMaxAge().multipliedBy(100),
                is.baselineBytes(),
                is.baselineRatio(),
                is.keepEnded(),
                is.maxQueued());
    }

    private static GpuSnapshot withoutProcesses(GpuSnapshot gpus) {
        List<ObservedGpu> blind =
                gpus.gpus().stream().map(PlantedBugsTest::withoutProcesses).toList();
        return new GpuSnapshot(gpus.driver(), blind, gpus.begunNanos());
    }

    private static ObservedGpu withoutProcesses(ObservedGpu gpu) {
        Optional<List<GpuProcess>> none = gpu.processes().map(listed -> List.of());
        return new ObservedGpu(
                gpu.id(),
                gpu.index(),
                gpu.name(),
                gpu.utilization(),
                OptionalLong.of(0),
                gpu.memoryTotalBytes(),
                gpu.temperatureCelsius(),
                gpu.powerWatts(),
                none,
                gpu.prohibited(),
                gpu.fault(),
                gpu.health(),
                gpu.past(),
                gpu.facts());
    }
}
