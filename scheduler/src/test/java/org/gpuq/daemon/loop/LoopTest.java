package org.gpuq.daemon.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.gpuq.core.engine.Engine;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Usage;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.daemon.port.PollPace;
import org.gpuq.daemon.port.RefusedException;
import org.junit.jupiter.api.Test;

class LoopTest {
    private final FakeJournal journal = new FakeJournal();
    private final Rig rig;

    LoopTest() throws IOException {
        rig = new Rig(journal);
    }

    private static Refusal refusal(CompletableFuture<?> answer) throws InterruptedException {
        try {
            throw new AssertionError("granted: " + answer.get());
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(RefusedException.class);
            return e.getCause() instanceof RefusedException refused
                    ? refused.refusal()
                    : new Refusal(Refusal.Kind.FAILED, "", "");
        }
    }

    @Test
    void aJobStartsOnceItIsWritten() throws Exception {
        JobId id = rig.submitted(0);

        assertThat(journal.appends.getLast()).hasExactlyElementsOfTypes(Event.Submitted.class, Event.Starting.class);
        assertThat(rig.launcher.starts).singleElement().satisfies(start -> {
            assertThat(start.job()).isEqualTo(id);
            assertThat(start.environment()).contains(RawBytes.utf8("PATH=/bin"), RawBytes.utf8("GPUQ_JOB_ID=0"));
            assertThat(start.output()).isEqualTo(RawBytes.utf8("/logs/0-00000000.log"));
        });
        assertThat(rig.seen)
                .hasExactlyElementsOfTypes(Event.DaemonStarted.class, Event.Submitted.class, Event.Starting.class);
    }

    @Test
    void whatHasGatheredIsWrittenAtOnce() throws Exception {
        CompletableFuture<JobId> first = rig.submit(0);
        CompletableFuture<JobId> second = rig.submit(0);
        rig.step();

        assertThat(List.of(first.get(), second.get())).containsExactlyInAnyOrder(new JobId(0), new JobId(1));
        assertThat(journal.appends).hasSize(2); // DaemonStarted, and the two
        assertThat(rig.launcher.starts).hasSize(1); // there is one slot
    }

    @Test
    void theEndOfOneIsTheStartOfTheNext() throws Exception {
        rig.submitted(0);
        rig.submitted(0);
        rig.launched(1);
        rig.exited(1);

        assertThat(rig.launcher.said).containsExactly("start 0", "start 1", "forget 1");
        assertThat(rig.job(0).state().word()).isEqualTo("finished");
    }

    @Test
    void aFullDiskRefusesWishesAndLeavesTheStateAsItIsOnTheDisk() throws Exception {
        rig.submitted(0);
        journal.full = true;
        var before = rig.state();
        CompletableFuture<JobId> answer = rig.submit(0);
        rig.step();

        assertThat(refusal(answer).kind()).isEqualTo(Refusal.Kind.FAILED);
        assertThat(refusal(answer).message()).isEqualTo("the queue could not be written: the disk is full");
        assertThat(rig.state()).isSameAs(before);

        journal.full = false;
        assertThat(rig.submitted(0)).isEqualTo(new JobId(1));
    }

    @Test
    void factsAreKeptInTheirOrderUntilTheyCanBeWritten() throws Exception {
        rig.submitted(0);
        rig.submitted(0);
        journal.full = true;
        rig.launched(1);
        rig.exited(1);
        assertThat(rig.job(0).state().word()).isEqualTo("starting");
        assertThat(rig.launcher.said).containsExactly("start 0");

        journal.full = false;
        rig.pass(Duration.ofMillis(1)); // not yet: it backs off
        assertThat(rig.job(0).state().word()).isEqualTo("starting");
        rig.pass(Duration.ofSeconds(6));
        assertThat(rig.job(0).state().word()).isEqualTo("finished");
        assertThat(rig.launcher.said).containsExactly("start 0", "start 1", "forget 1");
    }

    @Test
    void aWishIsTriedAtOnceAndTakesTheKeptFactsWithIt() throws Exception {
        rig.submitted(0);
        journal.full = true;
        rig.launched(1);
        journal.full = false;
        rig.submitted(0);
        assertThat(rig.job(0).state().word()).isEqualTo("running");
    }

    @Test
    void aReportThatCannotBeWrittenIsRefusedAndKept() throws Exception {
        JobSpec spec = rig.spec(0, true);
        CompletableFuture<JobId> submitted = rig.ask(() -> rig.loop.submit(spec));
        rig.step();
        assertThat(rig.launcher.starts).isEmpty();
        assertThat(rig.loop.output(rig.job(submitted.get().value()))).isEmpty();

        journal.full = true;
        Input launched = new Input.Launched(
                new Token(0, 1), new JobProcess(1, 2, ""), rig.now().wall());
        CompletableFuture<Boolean> answer = rig.ask(() -> {
            rig.loop.report(launched);
            return true;
        });
        rig.step();
        assertThat(refusal(answer).kind()).isEqualTo(Refusal.Kind.FAILED);

        journal.full = false;
        rig.pass(Duration.ofSeconds(1));
        assertThat(rig.job(0).state().word()).isEqualTo("running");
    }

    @Test
    void aFaultInDecidingHarmsOnlyItsOwnInput() throws Exception {
        rig.decider = (state, around, input) -> {
            if (input instanceof Input.Cancel) {
                throw new IllegalStateException("planted");
            }
            return Engine.decide(state, around, input);
        };
        CompletableFuture<JobId> first = rig.submit(0);
        CompletableFuture<Boolean> bad = rig.ask(() -> {
            rig.loop.cancel(List.of(new JobId(0)), Rig.ANN, false);
            return true;
        });
        CompletableFuture<JobId> second = rig.submit(0);
        rig.step();

        assertThat(first.get()).isEqualTo(new JobId(0));
        assertThat(second.get()).isEqualTo(new JobId(1));
        assertThat(refusal(bad).message()).contains("planted");
    }

    @Test
    void aJobThatCannotBeStartedEnds() throws Exception {
        rig.launcher.faulty = true;
        rig.submitted(0);
        rig.step();
        assertThat(rig.job(0).state().word()).isEqualTo("failed");

        rig.launcher.faulty = false;
        journal.environmentsLost = true;
        rig.submitted(0);
        rig.step();
        assertThat(rig.job(1).state().word()).isEqualTo("failed");
    }

    @Test
    void aCancelledJobIsKilledAfterTheGrace() throws Exception {
        rig.submitted(0);
        rig.launched(1);
        CompletableFuture<Boolean> answer = rig.ask(() -> {
            rig.loop.cancel(List.of(new JobId(0)), Rig.ANN, false);
            return true;
        });
        rig.step();
        answer.get();
        assertThat(rig.launcher.said).containsExactly("start 0", "signal 1 15");
        rig.pass(Duration.ofSeconds(9));
        assertThat(rig.launcher.said).hasSize(2);
        rig.pass(Duration.ofSeconds(2));
        assertThat(rig.launcher.said).containsExactly("start 0", "signal 1 15", "signal 1 9");
    }

    @Test
    void aGpuGoesToTheNextWhenItsProcessesAreGoneAndALookFindsItClean() throws Exception {
        rig.poll(1);
        rig.submitted(1);
        assertThat(rig.paces).isEmpty();
        rig.submitted(1);
        assertThat(rig.loop.pace()).isEqualTo(PollPace.WANTED);
        assertThat(rig.launcher.starts.getFirst().environment()).contains(RawBytes.utf8("CUDA_VISIBLE_DEVICES=GPU-0"));
        rig.launched(1);
        rig.exited(1);
        assertThat(rig.loop.pace()).isEqualTo(PollPace.COOLING);
        assertThat(rig.launcher.said).containsExactly("start 0"); // its record stays until its processes are gone

        rig.inbox.fact(new Input.ProcessesGone(new Token(0, 1)));
        rig.step();
        assertThat(rig.launcher.said).containsExactly("start 0", "forget 1");
        rig.poll(1);
        assertThat(rig.launcher.said).containsExactly("start 0", "forget 1", "start 1");
        assertThat(rig.paces).containsExactly(PollPace.WANTED, PollPace.COOLING, PollPace.RELAXED);
    }

    @Test
    void afterARestartActiveJobsAreAskedAfterAndNothingStartsTwice() throws Exception {
        rig.poll(1);
        rig.submitted(1);
        rig.launched(1);
        rig.exited(1); // its GPU still cools down
        rig.submitted(0);
        rig.submitted(0);

        Rig next = new Rig(journal, new Inbox(), 100);
        assertThat(next.launcher.said).containsExactly("start 1", "adopt 1");
        assertThat(next.launcher.starts.getFirst().token())
                .as("the same start, which q-launch carries out once")
                .isEqualTo(new Token(0, 2));
        next.launched(2);
        next.exited(2);
        assertThat(next.launcher.said).containsExactly("start 1", "adopt 1", "start 2", "forget 2");
    }

    @Test
    void waitersHearOfTheirJobAlone() throws Exception {
        JobId id = rig.submitted(0);
        CompletableFuture<Job> waiter =
                rig.ask(() -> rig.loop.await(id, job -> job.state() instanceof JobState.Ended), rig::waiting);
        rig.launched(1);
        assertThat(waiter).isNotDone();
        rig.exited(1);
        assertThat(waiter.get().state().word()).isEqualTo("finished");
        assertThat(rig.loop.await(id, job -> true)).isEqualTo(rig.job(0));
        assertThatThrownBy(() -> rig.loop.await(new JobId(9), job -> true)).isInstanceOf(RefusedException.class);
    }

    @Test
    void waitersOfAForgottenJobAreToldSo() throws Exception {
        JobId id = rig.submitted(0);
        rig.launched(1);
        CompletableFuture<Job> waiter = rig.ask(() -> rig.loop.await(id, job -> false), rig::waiting);
        rig.exited(1);
        rig.inbox.fact(new Input.Forget(Set.of(id), Rig.ANN, true));
        rig.step();
        assertThat(refusal(waiter).kind()).isEqualTo(Refusal.Kind.REMOVED);
    }

    @Test
    void theThreadAnswersUntilItIsStopped() throws Exception {
        JobSpec spec = rig.spec(0, false);
        rig.loop.start();
        JobId id = rig.loop.submit(spec);
        rig.inbox.fact(new Input.Exited(
                new Token(0, 1),
                new ExitStatus.Killed(9, false),
                Usage.NONE,
                rig.now().wall()));
        assertThat(rig.loop
                        .await(id, job -> job.state() instanceof JobState.Ended)
                        .state()
                        .word())
                .isEqualTo("failed");
        rig.loop.stop();
        assertThatThrownBy(() -> rig.loop.submit(spec)).hasMessageContaining("stopping");
        assertThatThrownBy(() -> rig.loop.await(id, job -> false)).hasMessageContaining("stopping");
    }

    @Test
    void askersWithoutRoomAreRefusedAndFactsAreNot() throws Exception {
        Inbox small = new Inbox(1, 1);
        Rig crowded = new Rig(new FakeJournal(), small, 0);
        CompletableFuture<JobId> first = crowded.submit(0);
        JobSpec spec = crowded.spec(0, false);
        assertThatThrownBy(() -> crowded.loop.submit(spec)).hasMessageContaining("too many others");
        crowded.step();
        assertThat(first.get()).isEqualTo(new JobId(0));
        crowded.launched(1);
        assertThat(crowded.job(0).state().word()).isEqualTo("running");
    }
}
