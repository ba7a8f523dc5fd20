package org.gpuq.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.gpuq.core.Gpus;
import org.gpuq.core.Machine;
import org.gpuq.core.Specs;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.job.Delivery;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Resources.Line;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.junit.jupiter.api.Test;

/** What people want of jobs that are there, and of the queue itself. */
class WishesTest {
    private final Machine machine = Machine.withGpus(1);

    private static JobId id(int id) {
        return new JobId(id);
    }

    private Kind refused(Input.Wish wish) {
        State before = machine.state();
        Answer answer = machine.give(wish).answer();
        assertThat(machine.state()).isSameAs(before);
        assertThat(answer).isInstanceOf(Answer.Refused.class);
        return ((Answer.Refused) answer).refusal().kind();
    }

    private void granted(Input.Wish wish) {
        assertThat(machine.give(wish).answer()).isEqualTo(new Answer.Done());
    }

    /** One that runs, and then those that wait. */
    private void queue(int count) {
        for (int i = 0; i <= count; i++) {
            machine.submit(Specs.cpu());
        }
        machine.launched(id(0));
    }

    private List<Integer> order() {
        return StreamSupport.stream(machine.state().ready(Line.CPU).spliterator(), false)
                .map(JobId::value)
                .toList();
    }

    @Test
    void theNextToRunIsTheOneThatWasAdvancedLast() {
        queue(4);

        granted(new Input.Advance(id(3), Specs.ANN, false));
        granted(new Input.Advance(id(4), Specs.ANN, false));

        assertThat(order()).containsExactly(4, 3, 1, 2);
        machine.exited(id(0), 0);
        assertThat(machine.word(id(4))).isEqualTo("starting");
    }

    @Test
    void nobodyGetsBeforeAnotherUsersJob() {
        queue(1);
        machine.submit(Specs.by(Specs.BOB));
        machine.submit(Specs.cpu());
        machine.submit(Specs.cpu());

        granted(new Input.Advance(id(4), Specs.ANN, false));

        assertThat(order()).containsExactly(4, 2, 1, 3);
        granted(new Input.Advance(id(2), Specs.ROOT, true));
        assertThat(order()).containsExactly(2, 4, 1, 3);
    }

    @Test
    void aJobThatRunsOrIsAnothersIsNotMoved() {
        queue(1);

        assertThat(refused(new Input.Advance(id(0), Specs.ANN, false))).isEqualTo(Kind.FAILED);
        assertThat(refused(new Input.Advance(id(1), Specs.BOB, false))).isEqualTo(Kind.NOT_PERMITTED);
        assertThat(refused(new Input.Advance(id(9), Specs.ANN, false))).isEqualTo(Kind.NOT_FOUND);
        assertThat(refused(new Input.Swap(id(1), id(0), Specs.ANN, false))).isEqualTo(Kind.FAILED);
    }

    @Test
    void twoJobsChangePlaces() {
        queue(3);

        granted(new Input.Swap(id(1), id(3), Specs.ANN, false));

        assertThat(order()).containsExactly(3, 2, 1);
    }

    @Test
    void aJobThatWasMovedKeepsItsPlaceWhenTheOneWithThatNumberEnds() {
        queue(2);
        granted(new Input.Swap(id(1), id(2), Specs.ANN, false));

        machine.exited(id(0), 0);
        machine.launched(id(2));
        machine.exited(id(2), 0);

        assertThat(machine.word(id(1))).isEqualTo("starting");
    }

    @Test
    void aJobThatWaitsForOthersTakesItsNewPlaceWhenTheyHaveEnded() {
        queue(1);
        JobId child = machine.submit(Specs.after(id(0)));
        granted(new Input.Advance(child, Specs.ANN, false));

        machine.exited(id(0), 0);

        assertThat(machine.word(child)).isEqualTo("starting");
    }

    @Test
    void moreSlotsStartMoreJobsAtOnceAndOutliveTheDaemon() {
        queue(3);

        granted(new Input.SetSlots(3, Specs.ANN, true));
        machine.give(new Input.DaemonStart("boot"));

        assertThat(machine.view().slots()).isEqualTo(3);
        assertThat(machine.state().active().size()).isEqualTo(3);
    }

    @Test
    void fewerSlotsLetJobsGoOnThatRun() {
        granted(new Input.SetSlots(2, Specs.ANN, true));
        queue(2);
        granted(new Input.SetSlots(1, Specs.ANN, true));

        machine.exited(id(0), 0);

        assertThat(machine.word(id(1))).isEqualTo("starting");
        assertThat(machine.word(id(2))).isEqualTo("queued");
    }

    @Test
    void aNewNumberInTheConfigurationIsTheLastWord() {
        State set = Transitions.apply(State.EMPTY, new Event.SlotsChanged(new SlotsSet(7, 4), Machine.EPOCH));
        Surroundings around =
                new Surroundings(machine.now(), machine.view().gpus(), Settings.DEFAULT, () -> new Token(1, 1));

        Decision decision = Engine.decide(set, around, new Input.DaemonStart("boot"));

        assertThat(decision.events())
                .contains(
                        new Event.SlotsChanged(new SlotsSet(1, 1), machine.now().wall()));
    }

    @Test
    void slotsAreForAnAdministratorAndAtLeastOne() {
        assertThat(refused(new Input.SetSlots(2, Specs.ANN, false))).isEqualTo(Kind.NOT_PERMITTED);
        assertThat(refused(new Input.SetSlots(0, Specs.ANN, true))).isEqualTo(Kind.USAGE);
    }

    @Test
    void aRemovedJobIsGoneAndItsChildrenAreSkipped() {
        queue(1);
        JobId child = machine.submit(Specs.after(id(1)));

        granted(new Input.Remove(List.of(id(1)), Specs.ANN, false));

        assertThat(machine.state().job(id(1))).isEmpty();
        assertThat(machine.word(child)).isEqualTo("skipped");
    }

    @Test
    void aFinishedJobIsRemovedAndARunningOneIsNot() {
        queue(1);
        assertThat(refused(new Input.Remove(List.of(id(1), id(0)), Specs.ANN, false)))
                .isEqualTo(Kind.FAILED);
        machine.exited(id(0), 0);

        granted(new Input.Remove(List.of(id(0)), Specs.ANN, false));

        assertThat(machine.state().job(id(0))).isEmpty();
        assertThat(refused(new Input.Remove(List.of(id(1)), Specs.BOB, false))).isEqualTo(Kind.NOT_PERMITTED);
    }

    @Test
    void aSignalIsOnlyASignal() {
        queue(1);

        granted(new Input.Signal(id(0), 15, Specs.ANN, false));

        assertThat(machine.journal().getLast()).isEqualTo(new Event.Signalled(id(0), 15, Specs.ANN));
        machine.give(new Input.Exited(
                machine.token(id(0)),
                new ExitStatus.Killed(15, false),
                Machine.USAGE,
                machine.now().wall()));
        assertThat(machine.word(id(0))).isEqualTo("failed");
        assertThat(refused(new Input.Signal(id(0), 15, Specs.ANN, false))).isEqualTo(Kind.FAILED);
    }

    @Test
    void aJobAfterOneThatIsNotThereIsSkippedWhenAskedSo() {
        Answer answer =
                machine.give(new Input.Submit(Specs.after(id(77)), true)).answer();

        assertThat(answer).isEqualTo(new Answer.Accepted(id(0)));
        assertThat(machine.word(id(0))).isEqualTo("skipped");
    }

    @Test
    void aJobAfterItselfIsSkipped() {
        machine.give(new Input.Submit(Specs.after(id(0)), true));

        assertThat(machine.word(id(0))).isEqualTo("skipped");
    }

    @Test
    void anEndedQueueCountsFromZeroAndWatchesWhatRunsOnForItsGpusAlone() {
        JobId running = machine.submit(Specs.gpu(1));
        machine.launched(running);
        machine.submit(Specs.gpu(1));

        granted(new Input.Clear(Specs.ANN, false));
        JobId next = machine.submit(Specs.gpu(1));

        assertThat(next).isEqualTo(id(0));
        machine.poll(Gpus.clean(0, 1));
        assertThat(machine.word(next)).isEqualTo("queued");
        assertThat(machine.view().wait(next).orElseThrow().sentence()).contains("foreign (ann pid 4000)");
        machine.give(new Input.ProcessesGone(new Token(7, 0)));
        assertThat(machine.word(next)).isEqualTo("queued");
        machine.poll(Gpus.clean(0, 1));
        assertThat(machine.word(next)).isEqualTo("starting");
        assertThat(machine.state().severed()).isEmpty();
    }

    @Test
    void aQueueWithOthersJobsIsForAnAdministratorToEnd() {
        queue(1);
        assertThat(refused(new Input.Clear(Specs.BOB, false))).isEqualTo(Kind.NOT_PERMITTED);

        granted(new Input.Clear(Specs.BOB, true));

        assertThat(machine.state().jobs().isEmpty()).isTrue();
    }

    @Test
    void aRebootLeavesNothingOfAnEndedQueue() {
        machine.give(new Input.DaemonStart("one"));
        machine.launched(machine.submit(Specs.gpu(1)));
        granted(new Input.Clear(Specs.ANN, false));

        machine.give(new Input.DaemonStart("two"));

        assertThat(machine.state().severed()).isEmpty();
    }

    @Test
    void whoIsToHearOfAJobsEndDoesSoOnceWhenItHasRun() {
        Delivery delivery = new Delivery(
                Optional.empty(),
                false,
                false,
                Optional.of(RawBytes.utf8("/bin/tell")),
                Optional.of(RawBytes.utf8("ann")),
                Optional.empty());
        JobId job = machine.submit(Specs.cpu().with(delivery));
        JobId child = machine.submit(Specs.after(job).with(delivery));
        machine.launched(job);
        machine.exited(job, 3);

        assertThat(machine.word(child)).isEqualTo("skipped");
        assertThat(machine.journal().stream()
                        .filter(Event.FollowUp.class::isInstance)
                        .map(event -> ((Event.FollowUp) event).kind()))
                .containsExactly(Event.FollowUp.Kind.FINISH, Event.FollowUp.Kind.MAIL);
        List<Token> told =
                machine.state().severed().stream().map(Severed::token).toList();
        told.forEach(token -> machine.give(new Input.ProcessesGone(token)));
        assertThat(machine.state().severed()).isEmpty();
    }

    @Test
    void whoSubmittedLastIsFoundByUser() {
        machine.submit(Specs.by(Specs.ANN));
        machine.submit(Specs.by(Specs.BOB));

        assertThat(machine.state().latest(Specs.ANN).orElseThrow().id()).isEqualTo(id(0));
        assertThat(machine.state().latest(Specs.ROOT)).isEmpty();
    }
}
