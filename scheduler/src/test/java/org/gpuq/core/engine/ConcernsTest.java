package org.gpuq.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.Gpus;
import org.gpuq.core.Machine;
import org.gpuq.core.Specs;
import org.gpuq.core.engine.Concern.Kind;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Token;
import org.junit.jupiter.api.Test;

/** What owners and administrators are pointed to. */
class ConcernsTest {
    private final Machine machine = Machine.withGpus(2);

    private JobId running() {
        JobId job = machine.submit(Specs.gpu(1));
        machine.launched(job);
        return job;
    }

    private List<Kind> kinds() {
        return machine.view().concerns().stream().map(Concern::kind).toList();
    }

    private List<String> remarks(JobId job) {
        return machine.state().gpus().remarks(job).stream()
                .map(remark -> remark.text())
                .toList();
    }

    private void tick(Duration after) {
        machine.pass(after);
        machine.give(new Input.Tick());
    }

    @Test
    void aProcessOnAGpuThatItsJobHasNotGotIsAStrayUntilItLeaves() {
        JobId job = running();
        machine.poll(Gpus.with(0, Gpus.ofJob(4000, job)), Gpus.with(1, Gpus.ofJob(4001, job)));
        assertThat(machine.view().concerns()).singleElement().satisfies(concern -> {
            assertThat(concern.job()).isEqualTo(job);
            assertThat(concern.kind()).isEqualTo(Kind.STRAY);
            assertThat(concern.text()).contains("process 4001", "GPU 1");
        });
        machine.poll(Gpus.with(0, Gpus.ofJob(4000, job)), Gpus.with(1, Gpus.ofJob(4001, job)));
        assertThat(remarks(job)).hasSize(1);
        machine.poll(Gpus.with(0, Gpus.ofJob(4000, job)), Gpus.clean(1));
        assertThat(machine.view().concerns()).isEmpty();
    }

    @Test
    void whoeverHasTheGpuIsToldOfTheStray() {
        JobId stray = running();
        JobId other = running();
        machine.poll(
                Gpus.with(0, Gpus.ofJob(4000, stray)), Gpus.with(1, Gpus.ofJob(4001, other), Gpus.ofJob(4002, stray)));
        assertThat(remarks(other)).singleElement().asString().contains("process 4002 of job " + stray);
    }

    @Test
    void aJobThatKillDoesNotEndIsPointedTo() {
        JobId job = running();
        machine.cancel(Specs.ANN, job);
        tick(Duration.ofSeconds(10));
        tick(Duration.ofSeconds(5));
        assertThat(kinds()).isEmpty();
        tick(Duration.ofSeconds(1));
        assertThat(kinds()).containsExactly(Kind.OUTLIVES_CANCEL);
        tick(Duration.ofSeconds(30));
        assertThat(remarks(job))
                .containsExactly("it was killed and has not ended; a process of it may hang in the kernel");
        machine.exited(job, 0);
        machine.processesGone(job);
        assertThat(kinds()).isEmpty();
    }

    @Test
    void processesThatAreLeftOfACancelledJobArePointedTo() {
        JobId job = running();
        machine.cancel(Specs.ANN, job);
        machine.exited(job, 0);
        tick(Duration.ofSeconds(6));
        assertThat(kinds()).containsExactly(Kind.OUTLIVES_CANCEL);
        assertThat(remarks(job)).singleElement().asString().contains("processes of it are left");
        machine.processesGone(job);
        assertThat(kinds()).isEmpty();
    }

    @Test
    void whatAFinishedJobLeavesIsItsOwnAffair() {
        JobId job = running();
        machine.exited(job, 0);
        tick(Duration.ofSeconds(60));
        assertThat(kinds()).isEmpty();
    }

    @Test
    void memoryThatACancelledJobLeavesIsPointedTo() {
        JobId job = running();
        machine.cancel(Specs.ANN, job);
        Token token = machine.token(job);
        machine.exited(job, 0);
        machine.give(new Input.ProcessesGone(token));
        machine.pass(Duration.ofSeconds(61));
        machine.poll(Gpus.used(0, 30 * Gpus.GIB), Gpus.clean(1));
        assertThat(kinds()).containsExactly(Kind.OUTLIVES_CANCEL);
        assertThat(remarks(job)).singleElement().asString().contains("GPU 0 is not clean of it");
        machine.poll(Gpus.clean(0, 2));
        assertThat(kinds()).isEmpty();
    }

    @Test
    void aForeignProcessIsNoStray() {
        running();
        machine.poll(Gpus.clean(0), Gpus.with(1, Gpus.process(5, Owner.FOREIGN, Optional.empty())));
        assertThat(kinds()).isEmpty();
    }
}
