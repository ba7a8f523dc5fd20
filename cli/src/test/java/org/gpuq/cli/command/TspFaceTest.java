package org.gpuq.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.gpuq.cli.FakeClient;
import org.gpuq.cli.Sample;
import org.gpuq.core.job.Resources;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.ForegroundEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Task-spooler's words over the queue of a busy machine. */
final class TspFaceTest {
    private final Session session = new Session();

    @BeforeEach
    void aBusyMachine() throws Exception {
        session.environment = List.of(RawBytes.utf8("TZ=UTC"));
        Scene.busy(session);
    }

    private String out(String words) throws InterruptedException {
        Session.Result result = session.q(words.split(" "));
        assertThat(result.err()).isEmpty();
        assertThat(result.exit()).isZero();
        return result.out();
    }

    private String error(String words) throws InterruptedException {
        Session.Result result = session.q(words.split(" "));
        assertThat(result.exit()).isEqualTo(255);
        assertThat(result.out()).isEmpty();
        return result.err();
    }

    @Test
    void theList() throws InterruptedException {
        String list = """
                ID   State      Output               E-Level  Times(r/u/s)   Command [run=1/1]
                3    running    /state/output/3.log                          [sweep]python train.py --config a b.yaml
                4    running    /state/output/4.log                          tar xf data.tar
                5    queued     (file)                                       ./train.sh
                6    queued     (file)                                       [carl]python eval.py
                7    queued     (file)                                       tar xf more.tar
                0    finished   /state/output/0.log  0        1.30/1.50/0.25 make -j8
                1    finished   /state/output/1.log  1        65.00/1.50/0.25 python train.py --lr 1e-3
                2    finished   /state/output/2.log  -1       2.00/1.50/0.25 ./a.out
                """;
        assertThat(out("-l")).isEqualTo(list);
        assertThat(session.q().out()).as("q not on a terminal").isEqualTo(list);
        assertThat(session.q(Sample.ANN, Session.terminal(80)).out())
                .as("q on a terminal")
                .isEqualTo(session.q(Sample.ANN, Session.terminal(80), "list").out());
    }

    @Test
    void whatIsKnownOfAJob() throws InterruptedException {
        assertThat(out("-i 1")).isEqualTo("""
                Exit status: died with exit code 1
                Command: python train.py --lr 1e-3
                Slots required: 0
                Enqueue time: Mon Nov 23 12:00:01 2026
                Start time: Mon Nov 23 12:00:01 2026
                End time: Mon Nov 23 12:01:06 2026
                Time run: 65.000000s
                GPUs required: 1
                """);
        assertThat(out("-i 2")).startsWith("Exit status: killed by signal 11\n");
        assertThat(out("-i")).contains("Command: python train.py --config a b.yaml\n", "Time running: 197.000000s\n");
    }

    @Test
    void withoutAnIdTheFirstThatRunsOrTheLastOfTheQueueIsMeant() throws InterruptedException {
        assertThat(out("-o")).isEqualTo("/state/output/3.log\n");
        assertThat(out("-p")).isEqualTo("4003\n");
        assertThat(out("-s")).isEqualTo("queued\n");
    }

    @Test
    void theFileIsOpenedByQAndTheExitCodeIsTheJobs() throws InterruptedException {
        Session.Result cat = session.q("-c", "1");
        assertThat(cat.exit()).isEqualTo(1);
        assertThat(cat.client().steps()).containsExactly("show /state/output/1.log 0");
        Session.Result tail = session.q("-t", "2");
        assertThat(tail.exit()).isEqualTo(255);
        assertThat(tail.client().steps()).containsExactly("show /state/output/2.log -10");
    }

    @Test
    void aCommandIsQueuedUnderItsUsersNameUnlessALabelIsSaid() throws InterruptedException {
        assertThat(out("echo list")).isEqualTo("8\n");
        assertThat(session.job(8).spec().label()).contains(RawBytes.utf8("ann"));
        assertThat(out("-L mine -- list")).isEqualTo("9\n");
        assertThat(session.job(9).spec().label()).contains(RawBytes.utf8("mine"));
        assertThat(session.job(9).spec().command()).containsExactly(RawBytes.utf8("list"));
    }

    @Test
    void gpusAndSlotsAreAskedFor() throws InterruptedException {
        out("-G 2 -L x train");
        assertThat(session.job(8).spec().resources()).isEqualTo(new Resources(2));
        out("--gpu train");
        assertThat(session.job(9).spec().resources()).isEqualTo(new Resources(1));
        out("-N 3 make");
        assertThat(session.job(10).spec().resources().slots()).isEqualTo(3);
    }

    @Test
    void longOptionsOfTheVerbsStillWork() throws InterruptedException {
        assertThat(out("--json")).startsWith("{\"v\":1,\"jobs\":[");
        assertThat(out("-G 1 --name big train")).isEqualTo("8\n");
        assertThat(session.job(8).spec().name()).contains(RawBytes.utf8("big"));
    }

    @Test
    void whatTspSaysComesFirstAndBelowWhatToDo() throws InterruptedException {
        assertThat(error("-c 5")).isEqualTo("""
                Error in the request: Job 5 not finished or not running.
                  It waits: 'q show 5' says what for.
                """);
        assertThat(error("-r 99")).isEqualTo("""
                Error in the request: The job 99 cannot be removed.
                  There is no job 99: 'q -l' lists them.
                """);
        assertThat(error("-r 3")).startsWith("Error in the request: The job 3 cannot be removed.\n  Job 3 is running.");
        assertThat(error("-G 9 train"))
                .startsWith("Error in the request: The job asks for 9 GPUs and this machine has 4.\n  ");
        assertThat(error("-s train")).startsWith("'train' is not a job id");
        assertThat(error("-N 0 true")).startsWith("Error in the request: '0' is no number of CPU slots");
    }

    @Test
    void othersJobsAreNotTouched() throws InterruptedException {
        for (String words : List.of("-k 4", "-r 5", "-u 5", "-U 5-6")) {
            assertThat(error(words))
                    .as(words)
                    .startsWith("Error in the request: ")
                    .contains("not yours to");
        }
        assertThat(error("-K")).contains("only an administrator");
        assertThat(error("-S 4")).contains("administrator");
        Session.Result cleared = session.q("-C");
        assertThat(cleared.exit()).isZero();
        assertThat(cleared.err()).contains("1 finished jobs of others stay");
        assertThat(out("-l")).contains("0    finished").doesNotContain("1    finished");
    }

    @Test
    void severalAreRemovedAtOnceAndAWrongOneKeepsNoOther() throws InterruptedException {
        Session.Result result = session.q("-r", "1", "99", "2");
        assertThat(result.exit()).isEqualTo(255);
        assertThat(result.err()).contains("The job 99 cannot be removed.");
        assertThat(out("-l")).doesNotContain("1    finished", "2    finished");
    }

    @Test
    void aWaitGoesOnWithTheNextDaemon() throws Exception {
        CompletableFuture<Session.Result> _ = session.start(client, Session.PIPE, "-w");
        until(() -> !client.retry().isEmpty());
        assertThat(client.retry()).containsExactly(RawBytes.utf8("-w"), RawBytes.utf8("7"));
        FakeClient verb = new FakeClient(Sample.ANN);
        CompletableFuture<Session.Result> _ = session.start(verb, Session.PIPE, "wait", "6", "7");
        until(() -> !verb.retry().isEmpty());
        assertThat(verb.retry()).containsExactly(RawBytes.utf8("wait"), RawBytes.utf8("6"), RawBytes.utf8("7"));
    }

    private final FakeClient client = new FakeClient(Sample.ANN);

    private static void until(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(5);
        }
    }

    @Test
    void whatTheCallersCommandSaysAtEnqueueIsShownToTheOwner() throws Exception {
        session.environment = List.of(RawBytes.utf8("TZ=UTC"), RawBytes.utf8("TS_ENV=git describe"));
        client.reports(new ForegroundEvent.Captured(new RawBytes("v1\tdirty\n\u001b[31m\0x"), false));
        Session.Result submitted = session.call(client, Session.PIPE, List.of(RawBytes.utf8("train")));
        assertThat(submitted.out()).isEqualTo("8\n");
        assertThat(client.steps()).containsExactly("capture [/bin/sh, -c, git describe]");
        assertThat(out("-i 8")).startsWith("Environment:\nv1\tdirty\n\\x1b[31m\\x00x\nCommand: train\n");
        assertThat(session.q(Sample.BOB, Session.PIPE, "-i", "8").out()).startsWith("Command: train\n");
    }

    @Test
    void aLongAnswerIsCutAndACallerThatLeavesQueuesNothing() throws Exception {
        session.environment = List.of(RawBytes.utf8("TS_ENV=set;mount"));
        client.reports(new ForegroundEvent.Captured(new RawBytes("much"), true));
        session.call(client, Session.PIPE, List.of(RawBytes.utf8("train")));
        assertThat(out("-i 8")).startsWith("Environment:\nmuch\n(cut off after 64 KiB)\nCommand: train\n");

        FakeClient leaving = new FakeClient(Sample.ANN);
        leaving.leave();
        assertThat(session.call(leaving, Session.PIPE, List.of(RawBytes.utf8("train")))
                        .exit())
                .isEqualTo(1);
        assertThat(session.queue.view().state().nextId()).isEqualTo(9);
    }

    @Test
    void nothingIsRunForAJobThatIsRefused() throws Exception {
        session.environment = List.of(RawBytes.utf8("TS_ENV=touch x"));
        Session.Result refused = session.q("-N", "0", "train");
        assertThat(refused.exit()).isEqualTo(255);
        assertThat(refused.client().steps()).isEmpty();
    }
}
