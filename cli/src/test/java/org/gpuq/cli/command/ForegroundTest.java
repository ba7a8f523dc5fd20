package org.gpuq.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.gpuq.cli.FakeClient;
import org.gpuq.cli.Sample;
import org.gpuq.core.engine.Input;
import org.gpuq.core.job.End;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.JobState;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.daemon.port.ForegroundEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code q run -f}: a job in the caller's terminal. */
final class ForegroundTest {
    private static final int CHILD = 701;
    private static final ForegroundEvent EXIT_3 =
            new ForegroundEvent.Ended(3 << 8, Duration.ofMillis(20), Duration.ofMillis(5), 1 << 20);

    private final Session session = new Session();
    private final FakeClient client = new FakeClient(Sample.ANN);

    @BeforeEach
    void twoGpus() {
        session.queue.gpus(Sample.snapshot(Sample.gpu(0), Sample.gpu(1)));
        session.processes.add(FakeClient.PID, 1, 10);
        session.processes.add(CHILD, FakeClient.PID, 4711);
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            Thread.sleep(5);
        }
    }

    private static Session.Result get(CompletableFuture<Session.Result> call) throws Exception {
        return call.get(30, TimeUnit.SECONDS);
    }

    private End end(int id) {
        return ((JobState.Ended) session.job(id).state()).end();
    }

    private boolean running(int id) {
        return session.queue
                .view()
                .state()
                .job(new JobId(id))
                .filter(job -> job.state() instanceof JobState.Running)
                .isPresent();
    }

    private boolean ended(int id) {
        return session.job(id).state() instanceof JobState.Ended;
    }

    @Test
    void theJobsOwnCodeIsReturnedAndItsProcessIsKnownMeanwhile() throws Exception {
        CompletableFuture<Session.Result> call =
                session.start(client, Session.PIPE, "run", "-f", "--gpu", "python", "-i");
        until(() -> client.order().isPresent());
        assertThat(client.order().orElseThrow().arguments())
                .containsExactly(RawBytes.utf8("python"), RawBytes.utf8("-i"));
        assertThat(client.order().orElseThrow().directory()).isEqualTo(session.directory);
        assertThat(client.order().orElseThrow().environment()).contains(RawBytes.utf8("GPUQ_JOB_ID=0"));

        client.reports(new ForegroundEvent.Started(CHILD));
        until(() -> running(0));
        assertThat(session.job(0)
                        .state()
                        .maybeRun()
                        .flatMap(run -> run.process())
                        .orElseThrow()
                        .startTicks())
                .isEqualTo(4711);

        client.reports(EXIT_3);
        Session.Result result = get(call);
        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).isEmpty();
        assertThat(end(0)).isInstanceOf(End.Failed.class);
    }

    @Test
    void aSignalCountsFrom128() throws Exception {
        client.reports(new ForegroundEvent.Started(CHILD));
        client.reports(new ForegroundEvent.Ended(9, Duration.ZERO, Duration.ZERO, 0));
        assertThat(get(session.start(client, Session.PIPE, "run", "-f", "x")).exit())
                .isEqualTo(137);
    }

    @Test
    void aProcessThatIsNoChildOfTheCallerIsNotBelieved() throws Exception {
        client.reports(new ForegroundEvent.Started(1));
        client.reports(EXIT_3);
        assertThat(get(session.start(client, Session.PIPE, "run", "-f", "x")).exit())
                .isEqualTo(3);
        assertThat(session.queue.reports()).noneMatch(Input.Launched.class::isInstance);
        assertThat(end(0)).isInstanceOf(End.Failed.class);
    }

    @Test
    void whatCannotBeStartedIsSaid() throws Exception {
        client.reports(new ForegroundEvent.NotStarted(9, 2));
        Session.Result result = get(session.start(client, Session.PIPE, "run", "-f", "frobnicate"));
        assertThat(result.err()).isEqualTo("q: frobnicate: command not found\n");
        assertThat(result.exit()).isEqualTo(127);
        assertThat(end(0)).isInstanceOf(End.NotStarted.class);
    }

    @Test
    void whileItWaitsTheTerminalSaysWhy() throws Exception {
        session.queue.submit(Sample.job(Sample.BOB, 0, "sleep"));
        CompletableFuture<Session.Result> call = session.start(client, Session.terminal(80), "run", "-f", "x");
        until(() -> client.stderr().contains("job 1 waits: place 1, the one CPU slot is taken (Ctrl-C takes it back)"));
        assertThat(client.order()).isEmpty();
        session.queue.launched(new JobId(0));
        session.queue.exited(new JobId(0), new ExitStatus.Exited(0), Duration.ofSeconds(1));
        until(() -> client.order().isPresent());
        assertThat(client.stderr()).endsWith("\r\u001b[K");
        client.reports(EXIT_3);
        assertThat(get(call).exit()).isEqualTo(3);
    }

    @Test
    void aCallerThatLeavesTheQueueTakesItsJobAlong() throws Exception {
        session.queue.submit(Sample.job(Sample.BOB, 0, "sleep"));
        CompletableFuture<Session.Result> call = session.start(client, Session.PIPE, "run", "-f", "x");
        until(() -> session.queue.view().state().jobs().contains(1));
        client.leave();
        get(call);
        assertThat(end(1)).isInstanceOf(End.Cancelled.class);
    }

    @Test
    void aJobThatIsCancelledBeforeItsTurnIsSaid() throws Exception {
        session.queue.submit(Sample.job(Sample.BOB, 0, "sleep"));
        CompletableFuture<Session.Result> call = session.start(client, Session.PIPE, "run", "-f", "x");
        until(() -> session.queue.view().state().jobs().contains(1));
        assertThat(session.q("cancel", "1").exit()).isZero();
        assertThat(get(call).exit()).isEqualTo(255);
        assertThat(client.stderr()).isEqualTo("q: job 1 did not run: cancelled by ann before it started\n");
    }

    @Test
    void aCallerThatDiesLosesItsJobAndTheLease() throws Exception {
        CompletableFuture<Session.Result> call = session.start(client, Session.PIPE, "run", "-f", "--gpu", "x");
        client.reports(new ForegroundEvent.Started(CHILD));
        until(() -> running(0));
        session.processes.remove(FakeClient.PID);
        client.leave();
        get(call);
        assertThat(end(0)).isEqualTo(new End.Lost("its terminal went away (q, pid 700)"));
    }

    @Test
    void aBrokenConnectionIsTakenUpAgainByItsToken() throws Exception {
        CompletableFuture<Session.Result> call = session.start(client, Session.PIPE, "run", "-f", "x");
        client.reports(new ForegroundEvent.Started(CHILD));
        until(() -> running(0));
        Token token = session.queue.token(new JobId(0));
        client.leave();

        FakeClient again = new FakeClient(Sample.ANN);
        again.reports(new ForegroundEvent.Started(CHILD));
        CompletableFuture<Integer> resumed = resume(again, token);
        get(call);
        assertThat(ended(0)).isFalse();
        again.reports(EXIT_3);
        assertThat(resumed.get(30, TimeUnit.SECONDS)).isEqualTo(3);
        assertThat(end(0)).isInstanceOf(End.Failed.class);
        assertThat(again.steps()).isEmpty();
    }

    private CompletableFuture<Integer> resume(FakeClient again, Token token) {
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                exit.complete(session.commands.resume(again, token));
            } catch (InterruptedException | RuntimeException e) {
                exit.completeExceptionally(e);
            }
        });
        return exit;
    }

    @Test
    void nobodyElseTakesItUp() throws Exception {
        CompletableFuture<Session.Result> call = session.start(client, Session.PIPE, "run", "-f", "x");
        until(() -> client.order().isPresent());
        FakeClient other = new FakeClient(Sample.BOB);
        assertThat(session.commands.resume(other, session.queue.token(new JobId(0))))
                .isEqualTo(4);
        assertThat(other.stderr()).startsWith("q: job 0 belongs to ann");
        assertThat(session.commands.resume(other, new Token(1, 1))).isEqualTo(3);
        client.reports(EXIT_3);
        assertThat(get(call).exit()).isEqualTo(3);
    }

    @Test
    void aCancellationIsPassedOnAsSignals() throws Exception {
        CompletableFuture<Session.Result> call = session.start(client, Session.PIPE, "run", "-f", "x");
        client.reports(new ForegroundEvent.Started(CHILD));
        until(() -> running(0));
        assertThat(session.q("cancel", "0").exit()).isZero();
        until(() -> client.steps().contains("signal 15"));
        session.queue.pass(Duration.ofSeconds(11));
        until(() -> client.steps().contains("signal 9"));
        client.reports(new ForegroundEvent.Ended(9, Duration.ZERO, Duration.ZERO, 0));
        assertThat(get(call).exit()).isEqualTo(137);
        assertThat(end(0)).isInstanceOf(End.Cancelled.class);
    }

    @Test
    void afterARestartQueuedOnesAreTakenBackAndThoseWhoseCallerDoesNotReturnAreLost() throws Exception {
        JobId running = session.queue.submit(Sample.foreground(Sample.job(Sample.ANN, 0, "x")));
        session.queue.launched(running);
        session.queue.submit(Sample.foreground(Sample.job(Sample.ANN, 0, "y")));
        session.queue.submit(Sample.job(Sample.ANN, 0, "z"));
        session.commands.adoptForegroundJobs();
        until(() -> ended(0) && ended(1));
        assertThat(end(0)).isEqualTo(new End.Lost("its q did not come back after the daemon's restart"));
        // Its turn may have come just before, when the other was given up.
        assertThat(end(1)).isInstanceOfAny(End.Cancelled.class, End.Lost.class);
        assertThat(ended(2)).isFalse();
    }

    private CompletableFuture<Session.Result> comeBack(FakeClient again, FakeClient before) {
        String[] words = before.retry().stream().map(RawBytes::text).toArray(String[]::new);
        return session.start(again, Session.PIPE, words);
    }

    /** What the first client was told to ask the next daemon, for a job behind another's. */
    private JobId waitingBehindAnother(String... words) throws Exception {
        session.queue.submit(Sample.job(Sample.BOB, 0, "sleep"));
        CompletableFuture<Session.Result> _ = session.start(client, Session.PIPE, words);
        until(() -> !client.retry().isEmpty());
        session.commandsAnew();
        return new JobId(1);
    }

    @Test
    void aJobThatWaitsIsKeptForACallerThatComesToTheNextDaemon() throws Exception {
        JobId job = waitingBehindAnother("-nf", "x");
        session.commands.adoptForegroundJobs();
        FakeClient again = new FakeClient(Sample.ANN);
        CompletableFuture<Session.Result> call = comeBack(again, client);
        until(() -> !again.retry().isEmpty());
        assertThat(again.retry()).isEqualTo(client.retry());
        Thread.sleep(2500); // longer than callers are waited for
        session.queue.exited(new JobId(0), new ExitStatus.Exited(0), Duration.ofSeconds(1));
        until(() -> again.order().isPresent());
        again.reports(EXIT_3);
        assertThat(get(call).exit()).isEqualTo(3);
        until(() -> session.queue.view().state().job(job).isEmpty());
    }

    @Test
    void aJobWhoseTurnCameBeforeItsCallerCameBackIsStartedThen() throws Exception {
        waitingBehindAnother("run", "-f", "x");
        session.commands.adoptForegroundJobs();
        session.queue.exited(new JobId(0), new ExitStatus.Exited(0), Duration.ofSeconds(1));
        assertThat(session.job(1).state()).isInstanceOf(JobState.Starting.class);
        FakeClient again = new FakeClient(Sample.ANN);
        CompletableFuture<Session.Result> call = comeBack(again, client);
        until(() -> again.order().isPresent());
        again.reports(EXIT_3);
        assertThat(get(call).exit()).isEqualTo(3);
        assertThat(end(1)).isInstanceOf(End.Failed.class);
    }

    @Test
    void aJobWhoseTurnCameAndWhoseCallerDidNotIsLost() throws Exception {
        waitingBehindAnother("run", "-f", "x");
        session.commands.adoptForegroundJobs();
        session.queue.exited(new JobId(0), new ExitStatus.Exited(0), Duration.ofSeconds(1));
        until(() -> ended(1));
        assertThat(end(1)).isEqualTo(new End.Lost("its q did not come back after the daemon's restart"));
    }

    @Test
    void onlyItsOwnerComesBackToAJobAndOnlyOnce() throws Exception {
        waitingBehindAnother("run", "-f", "x");
        FakeClient other = new FakeClient(Sample.BOB);
        assertThat(get(comeBack(other, client)).exit()).isEqualTo(4);
        assertThat(other.stderr()).startsWith("q: job 1 belongs to ann");

        FakeClient again = new FakeClient(Sample.ANN);
        CompletableFuture<Session.Result> _ = comeBack(again, client);
        until(() -> !again.retry().isEmpty());
        FakeClient third = new FakeClient(Sample.ANN);
        assertThat(get(comeBack(third, client)).exit()).isEqualTo(1);
        assertThat(third.stderr()).startsWith("q: job 1 has a terminal");
        session.queue.exited(new JobId(0), new ExitStatus.Exited(0), Duration.ofSeconds(1));
        until(() -> again.order().isPresent());
        assertThat(third.order()).isEmpty();
        FakeClient late = new FakeClient(Sample.ANN);
        assertThat(get(comeBack(late, client)).exit()).isEqualTo(1);
        assertThat(late.order()).isEmpty();
    }

    @Test
    void afterARestartACallerThatReturnsKeepsItsJob() throws Exception {
        JobId running = session.queue.submit(Sample.foreground(Sample.job(Sample.ANN, 0, "x")));
        session.queue.launched(running);
        CompletableFuture<Integer> resumed = resume(client, session.queue.token(running));
        session.commands.adoptForegroundJobs();
        client.reports(EXIT_3);
        assertThat(resumed.get(30, TimeUnit.SECONDS)).isEqualTo(3);
        assertThat(end(0)).isInstanceOf(End.Failed.class);
    }

    @Test
    void aCallerThatDoesNotWaitIsLetGoWhenItsJobIsQueued() throws Exception {
        Session.Result first = get(session.start(client, Session.PIPE, "-n", "x"));
        assertThat(first.exit()).isZero();
        assertThat(client.steps()).containsExactly("detach");
        assertThat(session.queue.view().state().jobs().isEmpty()).isTrue();

        CompletableFuture<Session.Result> background = session.start(client, Session.PIPE, "-n", "x");
        until(() -> client.order().isPresent());
        assertThat(client.steps()).containsExactly("detach", "release", "run");
        client.reports(EXIT_3);
        assertThat(get(background).exit()).isEqualTo(3);
        assertThat(client.stdout() + client.stderr()).isEmpty();
        assertThat(end(0)).isInstanceOf(End.Failed.class);
    }

    @Test
    void whatIsRemovedBeforeItsTurnWritesNothingWhereItsCallerDoes() throws Exception {
        session.queue.submit(Sample.job(Sample.BOB, 0, "sleep"));
        get(session.start(client, Session.terminal(80), "-n", "x"));
        for (String removal : new String[] {"cancel", "-r"}) {
            CompletableFuture<Session.Result> background = session.start(client, Session.terminal(80), "-n", "x");
            int id = removal.equals("cancel") ? 1 : 2;
            until(() -> session.queue.view().state().jobs().contains(id));
            assertThat(session.q(removal, Integer.toString(id)).exit()).isZero();
            assertThat(get(background).exit()).isNotZero();
        }
        assertThat(client.stdout() + client.stderr()).isEmpty();
    }
}
