package org.gpuq.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.Gpus;
import org.gpuq.core.Machine;
import org.gpuq.core.Specs;
import org.gpuq.core.job.Attempt;
import org.gpuq.core.job.End;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Retries;
import org.gpuq.core.job.Retries.Trigger;
import org.gpuq.core.job.Terms;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Token;
import org.junit.jupiter.api.Test;

class RetryingTest {
    private final Machine machine = Machine.withGpus(2);

    private static JobSpec again(JobSpec spec, int most, Trigger... on) {
        return spec.on(new Terms(Optional.empty(), new Retries(most, Duration.ofSeconds(10), List.of(on), false)));
    }

    private JobId started(JobSpec spec) {
        JobId id = machine.submit(spec);
        machine.launched(id);
        return id;
    }

    private void rest(long seconds) {
        machine.pass(Duration.ofSeconds(seconds));
        machine.give(new Input.Tick());
    }

    @Test
    void aFailureIsTriedAgainWithEverLongerRests() {
        JobId id = started(again(Specs.cpu(), 2));
        Token first = machine.token(id);
        machine.exited(id, 1);
        assertThat(machine.word(id)).isEqualTo("queued");
        rest(9);
        assertThat(machine.word(id)).isEqualTo("queued");
        rest(1);
        assertThat(machine.word(id)).isEqualTo("starting");
        assertThat(machine.token(id)).isNotEqualTo(first);
        machine.launched(id);
        machine.exited(id, 2);
        rest(19);
        assertThat(machine.word(id)).isEqualTo("queued");
        rest(1);
        machine.launched(id);
        machine.exited(id, 3);
        assertThat(machine.word(id)).isEqualTo("failed");
        assertThat(machine.job(id).past())
                .extracting(Attempt::end)
                .containsExactly(
                        new End.Failed(new ExitStatus.Exited(1), Machine.USAGE),
                        new End.Failed(new ExitStatus.Exited(2), Machine.USAGE));
    }

    @Test
    void onlyTheNamedEndsAreTriedAgain() {
        JobSpec spec = again(Specs.cpu(), 5, new Trigger.Exit(42), new Trigger.Signal(9));
        JobId other = started(spec);
        machine.exited(other, 1);
        assertThat(machine.word(other)).isEqualTo("failed");
        JobId named = started(spec);
        machine.exited(named, 42);
        assertThat(machine.word(named)).isEqualTo("queued");
    }

    @Test
    void whoFollowsWaitsForTheLastTry() {
        JobId id = started(again(Specs.cpu(), 1));
        JobId child = machine.submit(Specs.after(id));
        machine.exited(id, 1);
        assertThat(machine.word(child)).isEqualTo("queued");
        rest(10);
        machine.launched(id);
        machine.exited(id, 0);
        assertThat(machine.word(child)).isEqualTo("starting");
    }

    @Test
    void itsGpusAreCleanBeforeItRunsAgain() {
        JobId id = started(again(Specs.gpu(1), 1));
        machine.exited(id, 1);
        rest(60);
        assertThat(machine.word(id)).isEqualTo("queued");
        assertThat(machine.view().wait(id).orElseThrow().sentence()).contains("GPUs of its last run");
        machine.give(
                new Input.ProcessesGone(machine.job(id).past().getLast().run().token()));
        machine.poll(Gpus.clean(0, 2));
        assertThat(machine.word(id)).isEqualTo("starting");
    }

    @Test
    void aFaultThatShowsAMomentLaterCounts() {
        JobId id = started(again(Specs.gpu(1), 1, new Trigger.GpuFault()));
        machine.exited(id, 1);
        assertThat(machine.word(id)).isEqualTo("queued");
        machine.give(
                new Input.ProcessesGone(machine.job(id).past().getLast().run().token()));
        machine.pass(Duration.ofSeconds(3));
        machine.poll(Gpus.broken(0), Gpus.clean(1));
        assertThat(machine.word(id)).isEqualTo("starting");
        assertThat(machine.run(id).orElseThrow().gpus()).containsExactly(Gpus.id(1));
    }

    @Test
    void withoutAFaultItHasFailedAfterAll() {
        JobId id = started(again(Specs.gpu(1), 1, new Trigger.GpuFault()));
        machine.exited(id, 7);
        machine.give(
                new Input.ProcessesGone(machine.job(id).past().getLast().run().token()));
        machine.pass(Duration.ofSeconds(3));
        machine.poll(Gpus.clean(0, 2));
        assertThat(machine.word(id)).isEqualTo("failed");
        assertThat(machine.job(id).past()).isEmpty();
        assertThat(machine.run(id)).isPresent();
    }

    @Test
    void oneThatRestsCanBeTakenBack() {
        JobId id = started(again(Specs.cpu(), 3));
        machine.exited(id, 1);
        machine.cancel(Specs.ANN, id);
        assertThat(machine.word(id)).isEqualTo("cancelled");
        rest(100);
        assertThat(machine.word(id)).isEqualTo("cancelled");
    }

    @Test
    void aRebootQueuesAgainWhoAskedForIt() {
        JobSpec stubborn =
                Specs.gpu(1).on(new Terms(Optional.empty(), new Retries(0, Duration.ofSeconds(10), List.of(), true)));
        machine.give(new Input.DaemonStart("one"));
        machine.poll(Gpus.clean(0, 2));
        JobId again = started(stubborn);
        JobId lost = started(Specs.gpu(1));
        JobId queued = machine.submit(Specs.gpu(2));
        JobId behind = machine.submit(Specs.gpu(1));
        machine.give(new Input.DaemonStart("another"));
        assertThat(machine.word(lost)).isEqualTo("lost");
        machine.poll(Gpus.clean(0, 2));
        assertThat(machine.word(again)).isEqualTo("starting");
        assertThat(machine.word(queued)).isEqualTo("queued");
        assertThat(machine.word(behind)).isEqualTo("queued");
    }

    @Test
    void nothingStartsWhileThereIsNoRoom() {
        machine.give(new Input.Room(Optional.of("the disk is nearly full")));
        JobId id = machine.submit(Specs.cpu());
        assertThat(machine.word(id)).isEqualTo("queued");
        assertThat(machine.view().wait(id).orElseThrow().sentence()).isEqualTo("the disk is nearly full");
        machine.give(new Input.Room(Optional.empty()));
        assertThat(machine.word(id)).isEqualTo("starting");
    }
}
