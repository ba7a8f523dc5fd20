package org.gpuq.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.gpuq.core.Gpus;
import org.gpuq.core.Machine;
import org.gpuq.core.Specs;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.model.JobId;
import org.junit.jupiter.api.Test;

/** One GPU, one job that has it and one that waits for it. */
class HandOverTest {
    private final Machine machine = Machine.withGpus(1);
    private final JobId first = machine.submit(Specs.gpu(1));
    private final JobId second = machine.submit(Specs.gpu(1));

    HandOverTest() {
        machine.launched(first);
    }

    private void end() {
        machine.exited(first, 0);
        machine.processesGone(first);
    }

    private GpuState gpu() {
        return machine.view().gpuStates().getOrDefault(Gpus.id(0), new GpuState.Unknown("not there"));
    }

    @Test
    void aCleanLookAfterTheEndHandsItOn() {
        end();
        assertThat(machine.word(second)).isEqualTo("queued");

        machine.poll(Gpus.clean(0));

        assertThat(machine.word(second)).isEqualTo("starting");
        assertThat(gpu()).isEqualTo(new GpuState.Leased(second));
    }

    @Test
    void aLookBegunBeforeTheEndDoesNot() {
        long before = machine.now().monotonicNanos();
        machine.pass(Duration.ofMillis(10));
        end();

        machine.poll(Gpus.READY, Gpus.clean(0, 1), before);

        assertThat(machine.word(second)).isEqualTo("queued");
    }

    @Test
    void aLookBegunBeforeTheLastProcessWentDoesNot() {
        machine.exited(first, 0);
        machine.poll(Gpus.clean(0));
        machine.pass(Duration.ofMillis(10));

        machine.processesGone(first);
        assertThat(machine.word(second)).isEqualTo("queued");

        machine.poll(Gpus.clean(0));
        assertThat(machine.word(second)).isEqualTo("starting");
    }

    @Test
    void whatIsLeftOfTheJobIsWaitedForAndNamed() {
        machine.exited(first, 0);
        machine.poll(Gpus.clean(0));
        assertThat(gpu()).isEqualTo(new GpuState.Cooldown(first, "processes of job 0 still run"));

        machine.processesGone(first);
        machine.poll(Gpus.used(0, 30 * Gpus.GIB));
        assertThat(gpu()).isEqualTo(new GpuState.Cooldown(first, "30.0 GiB of job 0 are still in use"));
        assertThat(machine.word(second)).isEqualTo("queued");

        machine.poll(Gpus.clean(0));
        assertThat(machine.word(second)).isEqualTo("starting");
    }

    @Test
    void aForeignProcessThatCameMeanwhileTakesTheBlame() {
        end();
        machine.poll(Gpus.with(0, Gpus.foreign(9911)));

        assertThat(gpu()).isEqualTo(new GpuState.Foreign(List.of(Gpus.foreign(9911))));
        assertThat(machine.state().leases()).isEmpty();
        assertThat(machine.word(second)).isEqualTo("queued");
    }

    @Test
    void aGpuThatIsGoneIsNotWaitedFor() {
        end();
        machine.poll(Gpus.clean(1));

        assertThat(machine.state().leases()).containsOnlyKeys(second);
        assertThat(machine.run(second).orElseThrow().gpus()).containsExactly(Gpus.id(1));
    }

    @Test
    void aBrokenGpuDoesNotHoldBackTheOthersOfItsLease() {
        Machine pair = Machine.withGpus(2);
        JobId wide = pair.submit(Specs.gpu(2));
        JobId narrow = pair.submit(Specs.gpu(1));
        pair.exited(wide, 0);
        pair.processesGone(wide);

        pair.poll(Gpus.broken(0), Gpus.clean(1));

        assertThat(pair.run(narrow).orElseThrow().gpus()).containsExactly(Gpus.id(1));
    }

    @Test
    void aForegroundJobHasNobodyWhoTellsOfItsLastProcess() {
        Machine single = Machine.withGpus(1);
        JobId interactive = single.submit(Specs.foreground(1));
        single.exited(interactive, 0);
        single.poll(Gpus.clean(0));

        assertThat(single.state().leases()).isEmpty();
    }

    @Test
    void reportsTwiceAndLateChangeNothing() {
        end();
        State once = machine.state();
        end();
        machine.launched(first);
        machine.give(new Input.Vanished(machine.token(first), "nobody knows"));

        assertThat(machine.state()).isEqualTo(once);
    }

    @Test
    void theEndIsWhenTheSupervisorSaysItWas() {
        var at = Machine.EPOCH.minusSeconds(3600);
        machine.give(new Input.Exited(machine.token(first), new ExitStatus.Exited(0), Machine.USAGE, at));

        assertThat(machine.job(first).state()).hasFieldOrPropertyWithValue("at", at);
    }
}
