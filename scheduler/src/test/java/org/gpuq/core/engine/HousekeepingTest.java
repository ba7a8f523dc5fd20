package org.gpuq.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.gpuq.core.Machine;
import org.gpuq.core.Specs;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.model.JobId;
import org.junit.jupiter.api.Test;

class HousekeepingTest {
    private static Machine keeping(int ended) {
        Settings is = Settings.DEFAULT;
        return new Machine(new Settings(
                2, is.cancelGrace(), is.snapshotMaxAge(), is.baselineBytes(), is.baselineRatio(), ended, 1000));
    }

    private static void runOne(Machine machine) {
        machine.pass(Duration.ofSeconds(1));
        machine.exited(machine.submit(Specs.cpu()), 0);
    }

    @Test
    void theListIsTrimmedInBatches() {
        Machine machine = keeping(50);
        for (int i = 0; i < 54; i++) {
            runOne(machine);
        }
        assertThat(machine.state().ended().size()).isEqualTo(54);

        runOne(machine);

        assertThat(machine.state().ended()).hasSize(50).contains(new JobId(54));
        assertThat(machine.submit(Specs.cpu())).isEqualTo(new JobId(55));
    }

    @Test
    void aShortListIsAsShortAsItWasMeant() {
        Machine machine = keeping(3);
        for (int i = 0; i < 5; i++) {
            runOne(machine);
        }
        assertThat(machine.state().ended()).containsExactly(new JobId(2), new JobId(3), new JobId(4));
    }

    @Test
    void whatEndedLongAgoIsForgottenHoweverFewThereAre() {
        Settings is = Settings.DEFAULT;
        Machine machine = new Machine(new Settings(
                2,
                is.cancelGrace(),
                is.snapshotMaxAge(),
                is.baselineBytes(),
                is.baselineRatio(),
                100,
                1000,
                is.thresholds(),
                is.users(),
                Duration.ofDays(30),
                true));
        runOne(machine);
        machine.pass(Duration.ofDays(20));
        runOne(machine);
        JobId running = machine.submit(Specs.cpu());
        machine.pass(Duration.ofDays(10));
        machine.give(new Input.Tick());
        assertThat(machine.state().ended()).containsExactly(new JobId(1));

        machine.pass(Duration.ofDays(90));
        machine.give(new Input.Tick());
        assertThat(machine.state().ended()).isEmpty();
        assertThat(machine.state().job(running)).isPresent();
    }

    @Test
    void whatEndedLastIsKeptHoweverLowItsId() {
        Machine machine = keeping(5);
        JobId week = machine.submit(Specs.cpu());
        for (int i = 0; i < 104; i++) {
            runOne(machine);
        }
        machine.pass(Duration.ofSeconds(1));
        machine.exited(week, 0);

        assertThat(machine.word(week)).isEqualTo("finished");
        assertThat(machine.state().ended().size()).isEqualTo(5);
    }

    @Test
    void everybodyForgetsTheirOwn() {
        Machine machine = keeping(5);
        JobId anns = machine.submit(Specs.by(Specs.ANN));
        JobId bobs = machine.submit(Specs.by(Specs.BOB));
        machine.exited(anns, 0);
        machine.exited(bobs, 0);

        machine.forget(Specs.BOB);
        assertThat(machine.state().ended()).containsExactly(anns);

        assertThat(kind(machine.forget(Specs.BOB, anns))).isEqualTo(Kind.NOT_PERMITTED);
        machine.give(new Input.Forget(Set.of(anns), Specs.ROOT, true));
        assertThat(machine.state().ended().isEmpty()).isTrue();
    }

    @Test
    void whatHasNotEndedOrIsNotCleanIsRefused() {
        Machine machine = Machine.withGpus(1);
        JobId job = machine.submit(Specs.gpu(1));
        assertThat(kind(machine.forget(Specs.ANN, job))).isEqualTo(Kind.FAILED);
        assertThat(kind(machine.forget(Specs.ANN, new JobId(9)))).isEqualTo(Kind.NOT_FOUND);

        machine.exited(job, 0);
        assertThat(kind(machine.forget(Specs.ANN, job))).isEqualTo(Kind.FAILED);
        assertThat(machine.forget(Specs.ANN)).isEqualTo(new Answer.Done());
        assertThat(machine.state().job(job)).isPresent();
    }

    private static Kind kind(Answer answer) {
        return ((Answer.Refused) answer).refusal().kind();
    }
}
