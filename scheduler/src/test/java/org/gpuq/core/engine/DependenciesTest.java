package org.gpuq.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.gpuq.core.Gpus;
import org.gpuq.core.Machine;
import org.gpuq.core.Specs;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.job.End;
import org.gpuq.core.job.JobState;
import org.gpuq.core.model.JobId;
import org.junit.jupiter.api.Test;

class DependenciesTest {
    private final Machine machine = Machine.withGpus(2);

    private End end(JobId id) {
        return ((JobState.Ended) machine.job(id).state()).end();
    }

    private JobId gpuJobAfter(JobId... parents) {
        return machine.submit(Specs.of(Specs.ANN, 1, false, List.of(parents)));
    }

    @Test
    void aChainRunsLinkByLink() {
        JobId first = machine.submit(Specs.cpu());
        JobId second = machine.submit(Specs.after(first));
        JobId third = machine.submit(Specs.after(second));
        assertThat(machine.view().wait(third).orElseThrow().sentence()).isEqualTo("waits for job 1");

        machine.exited(first, 0);
        assertThat(machine.word(second)).isEqualTo("starting");
        assertThat(machine.word(third)).isEqualTo("queued");
        machine.exited(second, 0);
        assertThat(machine.word(third)).isEqualTo("starting");
    }

    @Test
    void aDiamondWaitsForBothSides() {
        JobId top = gpuJobAfter();
        JobId left = gpuJobAfter(top);
        JobId right = gpuJobAfter(top);
        JobId bottom = machine.submit(Specs.after(left, right));
        machine.exited(top, 0);
        machine.processesGone(top);
        machine.poll(Gpus.clean(0, 2));

        machine.exited(left, 0);
        assertThat(machine.word(bottom)).isEqualTo("queued");
        machine.exited(right, 0);
        assertThat(machine.word(bottom)).isEqualTo("starting");
    }

    @Test
    void aFailureSkipsAllThatFollowsEachOnce() {
        JobId top = machine.submit(Specs.cpu());
        JobId left = machine.submit(Specs.after(top));
        JobId right = machine.submit(Specs.after(top));
        JobId bottom = machine.submit(Specs.after(left, right));

        machine.exited(top, 1);

        assertThat(end(left)).isEqualTo(new End.Skipped(top));
        assertThat(end(right)).isEqualTo(new End.Skipped(top));
        assertThat(end(bottom)).isEqualTo(new End.Skipped(left));
        assertThat(machine.state().dependents().isEmpty()).isTrue();
    }

    @Test
    void aCancelledParentSkipsItsChildren() {
        machine.submit(Specs.cpu());
        JobId parent = machine.submit(Specs.cpu());
        JobId child = machine.submit(Specs.after(parent));

        machine.cancel(Specs.ANN, parent);

        assertThat(end(child)).isEqualTo(new End.Skipped(parent));
    }

    @Test
    void aCancelledChildIsLeftAloneWhenItsParentFails() {
        JobId parent = machine.submit(Specs.cpu());
        JobId child = machine.submit(Specs.after(parent));
        JobId other = machine.submit(Specs.after(parent));
        machine.cancel(Specs.ANN, child);

        machine.exited(parent, 1);

        assertThat(machine.word(child)).isEqualTo("cancelled");
        assertThat(machine.word(other)).isEqualTo("skipped");
    }

    @Test
    void parentAndChildCanBeCancelledTogether() {
        machine.submit(Specs.cpu());
        JobId parent = machine.submit(Specs.cpu());
        JobId child = machine.submit(Specs.after(parent));

        assertThat(machine.cancel(Specs.ANN, parent, child)).isEqualTo(new Answer.Done());

        assertThat(machine.word(parent)).isEqualTo("cancelled");
        assertThat(machine.word(child)).isEqualTo("cancelled");
    }

    @Test
    void aParentForgottenMeanwhileCountsAsFinished() {
        JobId done = machine.submit(Specs.cpu());
        JobId running = gpuJobAfter();
        JobId child = machine.submit(Specs.after(done, running));
        machine.exited(done, 0);
        machine.forget(Specs.ANN, done);

        machine.exited(running, 0);

        assertThat(machine.word(child)).isEqualTo("starting");
    }

    @Test
    void manyChildrenAreSkippedInOneGo() {
        JobId parent = machine.submit(Specs.cpu());
        JobId last = parent;
        for (int i = 0; i < 2_000; i++) {
            last = machine.submit(Specs.after(parent));
        }

        machine.exited(parent, 1);

        assertThat(machine.word(last)).isEqualTo("skipped");
        assertThat(machine.state().queued()).isZero();
    }
}
