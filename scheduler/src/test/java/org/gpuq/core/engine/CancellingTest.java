package org.gpuq.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.Gpus;
import org.gpuq.core.Machine;
import org.gpuq.core.Specs;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.job.End;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.JobState;
import org.gpuq.core.model.JobId;
import org.junit.jupiter.api.Test;

class CancellingTest {
    private final Machine machine = Machine.withGpus(1);
    private final JobId running = machine.submit(Specs.cpu());

    CancellingTest() {
        machine.launched(running);
    }

    private Kind refused(Answer answer) {
        return ((Answer.Refused) answer).refusal().kind();
    }

    private List<Event> signals() {
        return machine.journal().stream()
                .filter(Event.SignalSent.class::isInstance)
                .toList();
    }

    @Test
    void aQueuedJobIsGoneAtOnce() {
        JobId queued = machine.submit(Specs.cpu());

        assertThat(machine.cancel(Specs.ANN, queued)).isEqualTo(new Answer.Done());

        assertThat(machine.word(queued)).isEqualTo("cancelled");
        assertThat(machine.state().queued()).isZero();
    }

    @Test
    void onlyItsOwnerAndAnAdministratorMay() {
        assertThat(refused(machine.cancel(Specs.BOB, running))).isEqualTo(Kind.NOT_PERMITTED);
        assertThat(signals()).isEmpty();

        machine.give(new Input.Cancel(List.of(running), Specs.ROOT, true));
        assertThat(signals()).hasSize(1);
    }

    @Test
    void allOrNone() {
        JobId queued = machine.submit(Specs.cpu());

        assertThat(refused(machine.cancel(Specs.ANN, queued, new JobId(99)))).isEqualTo(Kind.NOT_FOUND);

        assertThat(machine.word(queued)).isEqualTo("queued");
    }

    @Test
    void termFirstAndKillAfterTheGraceOnce() {
        machine.cancel(Specs.ANN, running);
        machine.pass(Duration.ofMillis(9_999));
        machine.give(new Input.Tick());
        assertThat(signals()).containsExactly(new Event.SignalSent(running, 15));

        machine.pass(Duration.ofMillis(1));
        machine.give(new Input.Tick());
        machine.give(new Input.Tick());
        assertThat(signals()).containsExactly(new Event.SignalSent(running, 15), new Event.SignalSent(running, 9));
    }

    @Test
    void askingTwiceDoesNotLengthenTheGrace() {
        machine.cancel(Specs.ANN, running);
        machine.pass(Duration.ofSeconds(9));
        assertThat(machine.cancel(Specs.ANN, running)).isEqualTo(new Answer.Done());
        machine.pass(Duration.ofSeconds(1));
        machine.give(new Input.Tick());

        assertThat(signals()).last().isEqualTo(new Event.SignalSent(running, 9));
    }

    @Test
    void aSignalSentBeforeThereWasAProcessIsSentAgain() {
        JobId starting = machine.submit(Specs.gpu(1));
        machine.cancel(Specs.ANN, starting);

        machine.launched(starting);

        assertThat(signals()).containsExactly(new Event.SignalSent(starting, 15), new Event.SignalSent(starting, 15));
    }

    @Test
    void aJobThatEndsAfterwardsIsCancelledAndKeepsItsStatus() {
        machine.cancel(Specs.ANN, running);
        machine.exited(running, 3);

        assertThat(((JobState.Ended) machine.job(running).state()).end())
                .isEqualTo(new End.Cancelled(Specs.ANN, Optional.of(new ExitStatus.Exited(3)), Machine.USAGE));
    }

    @Test
    void anEndedJobIsRefusedUnlessSomethingOfItIsLeft() {
        JobId job = machine.submit(Specs.gpu(1));
        machine.launched(job);
        machine.exited(job, 0);
        machine.cancel(Specs.ANN, job);
        assertThat(signals()).containsExactly(new Event.SignalSent(job, 9));

        machine.processesGone(job);
        machine.poll(Gpus.clean(0));
        assertThat(refused(machine.cancel(Specs.ANN, job))).isEqualTo(Kind.FAILED);
    }
}
