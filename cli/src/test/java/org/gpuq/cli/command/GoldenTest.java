package org.gpuq.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.gpuq.cli.FakeQueue;
import org.gpuq.cli.Sample;
import org.gpuq.core.engine.GpuWish;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Retries;
import org.gpuq.core.job.Terms;
import org.gpuq.core.job.TimeLimit;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.Terminal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people see, to the letter. */
final class GoldenTest {
    private final Session session = new Session();

    @BeforeEach
    void aBusyMachine() throws Exception {
        session.environment = List.of(RawBytes.utf8("TZ=UTC"), RawBytes.utf8("NO_COLOR=1"));
        Scene.busy(session);
    }

    private String on(Terminal terminal, String words) throws InterruptedException {
        Session.Result result = session.q(Sample.ANN, terminal, words.split(" "));
        assertThat(result.exit()).isZero();
        assertThat(result.err()).isEmpty();
        return result.out();
    }

    @Test
    void theListAt80Columns() throws InterruptedException {
        assertThat(on(Session.terminal(80), "list")).isEqualTo("""
                GPUs 0/4 free (1 foreign, 2 leased, 1 unknown) · CPU slots 0/1 free
                2 running, 3 queued
                ID  USER  STATE        GPUS   TIME  LABEL  COMMAND
                 3  ann   running      0,2   3m17s  sweep  python train.py --config 'a b.yaml'
                 4  bob   running      -        5s         tar xf data.tar
                 7  bob   queued       -        5s         the one CPU slot is taken
                 5  carl  queued       (2)      5s         needs 2 GPUs, 0 free: 2 leased, 1 fo…
                 6  carl  queued       (1)      5s         next after job 5
                 2  ann   failed SEGV  1        2s         ./a.out
                 1  ann   failed 1     0     1m05s         python train.py --lr 1e-3
                 0  bob   finished     -        1s         make -j8
                """);
    }

    @Test
    void theListAt120Columns() throws InterruptedException {
        assertThat(on(Session.terminal(120), "list --limit 1")).isEqualTo("""
                GPUs 0/4 free (1 foreign, 2 leased, 1 unknown) · CPU slots 0/1 free · 2 running, 3 queued
                ID  USER  STATE        GPUS   TIME  LABEL  COMMAND
                 3  ann   running      0,2   3m17s  sweep  python train.py --config 'a b.yaml'
                 4  bob   running      -        5s         tar xf data.tar
                 7  bob   queued       -        5s         the one CPU slot is taken · tar xf more.tar
                 5  carl  queued       (2)      5s         needs 2 GPUs, 0 free: 2 leased, 1 foreign (carl pid 9911), 1 unknown · ./tra…
                 6  carl  queued       (1)      5s         next after job 5 · python eval.py
                 2  ann   failed SEGV  1        2s         ./a.out
                2 ended earlier: q list --all
                """);
    }

    @Test
    void theListElsewhere() throws InterruptedException {
        assertThat(on(Session.PIPE, "list")).isEqualTo("""
                ID	USER	STATE	EXIT	GPUS	SUBMITTED	STARTED	ENDED	LABEL	NAME	COMMAND	REASON
                3	ann	running	-	0,2	2026-11-23T12:01:08.300Z	2026-11-23T12:01:08.300Z	-	sweep	-	python train.py --config 'a b.yaml'	-
                4	bob	running	-	-	2026-11-23T12:04:20.300Z	2026-11-23T12:04:20.300Z	-	-	-	tar xf data.tar	-
                7	bob	queued	-	-	2026-11-23T12:04:20.300Z	-	-	-	-	tar xf more.tar	the one CPU slot is taken
                5	carl	queued	-	-	2026-11-23T12:04:20.300Z	-	-	-	-	./train.sh	needs 2 GPUs, 0 free: 2 leased, 1 foreign (carl pid 9911), 1 unknown
                6	carl	queued	-	-	2026-11-23T12:04:20.300Z	-	-	carl	-	python eval.py	next after job 5
                0	bob	finished	0	-	2026-11-23T12:00:00.000Z	2026-11-23T12:00:00.000Z	2026-11-23T12:00:01.300Z	-	-	make -j8	-
                1	ann	failed	1	0	2026-11-23T12:00:01.300Z	2026-11-23T12:00:01.300Z	2026-11-23T12:01:06.300Z	-	-	python train.py --lr 1e-3	exited with code 1
                2	ann	failed	139	1	2026-11-23T12:01:06.300Z	2026-11-23T12:01:06.300Z	2026-11-23T12:01:08.300Z	-	-	./a.out	killed by signal 11 (SIGSEGV), core dumped
                """);
    }

    @Test
    void theGpusAt80Columns() throws InterruptedException {
        assertThat(on(Session.terminal(80), "gpu")).isEqualTo("""
                GPU  MODEL           STATE    UTIL         MEMORY  TEMP  POWER  HOLDER
                  0  H100 80GB HBM3  leased     0%   0.0/79.6 GiB   35C    70W  3 ann
                  1  H100 80GB HBM3  foreign   97%  21.0/79.6 GiB   45C    70W
                     ! carl pid 9911 python (not a q job)
                  2  H100 80GB HBM3  leased     0%   0.0/79.6 GiB   55C    70W  3 ann
                  3  H100 80GB HBM3  unknown     -              -     -      -
                     its processes cannot be listed
                """);
    }

    @Test
    void theGpusAt120Columns() throws InterruptedException {
        assertThat(on(Session.terminal(120), "gpu")).isEqualTo("""
                GPU  MODEL           STATE      FOR  UTIL         MEMORY  TEMP  POWER  HOLDER
                  0  H100 80GB HBM3  leased   3m17s    0%   0.0/79.6 GiB   35C    70W  3 ann
                  1  H100 80GB HBM3  foreign  4m25s   97%  21.0/79.6 GiB   45C    70W  ! carl pid 9911 python (not a q job)
                  2  H100 80GB HBM3  leased   3m17s    0%   0.0/79.6 GiB   55C    70W  3 ann
                  3  H100 80GB HBM3  unknown  4m25s     -              -     -      -  its processes cannot be listed
                """);
    }

    @Test
    void aFailedJobEndsWithTheLastLinesOfItsOutput() throws InterruptedException {
        assertThat(on(Session.terminal(80), "show 1")).isEqualTo("""
                job 1  failed 1
                reason     exited with code 1
                user       ann
                command    python train.py --lr 1e-3
                directory  /home/ann
                GPUs       0 GPU-00000000-aaaa-bbbb-cccc-dddddddddddd
                submitted  2026-11-23 12:00:01 +00:00 (4m24s ago)
                started    2026-11-23 12:00:01 +00:00 (4m24s ago)
                ended      2026-11-23 12:01:06 +00:00 (3m19s ago)
                ran        1m05s
                used       CPU 1s user, 250ms system; peak memory 3.0 GiB
                output     /state/output/1.log

                The last lines of its output:
                """);
        Session.Result result = session.q("show", "1");
        assertThat(result.client().steps()).containsExactly("show /state/output/1.log -10");
        assertThat(session.q(Sample.BOB, Session.PIPE, "show", "1").client().steps())
                .as("another's output is not for bob")
                .isEmpty();
    }

    @Test
    void aQueuedJobSaysWhy() throws InterruptedException {
        assertThat(on(Session.PIPE, "show 6")).isEqualTo("""
                job 6  queued
                reason     next after job 5
                estimate   not known: job 3 has no time limit, and none like it of its user has ended yet
                user       carl
                label      carl
                command    python eval.py
                directory  /home/carl
                GPUs       1 wanted
                submitted  2026-11-23T12:04:20.300Z
                """);
    }

    @Test
    void withoutADriverTheReasonAndTheDemoAreNamed() throws InterruptedException {
        session.queue.gpus(
                new GpuSnapshot(new GpuSnapshot.Driver.Absent("there is no libnvidia-ml.so.1"), List.of(), 0));
        assertThat(on(Session.terminal(80), "gpu")).isEqualTo("""
                No GPUs: there is no libnvidia-ml.so.1.
                Jobs without --gpu run all the same; 'q demo' shows gpuq at work on simulated GPUs.
                """);
        Session.Result plain = session.q("gpu");
        assertThat(plain.out().lines()).hasSize(1);
        assertThat(plain.err()).isEqualTo("q: no GPUs: there is no libnvidia-ml.so.1\n");
        assertThat(on(Session.terminal(80), "list"))
                .startsWith("no GPUs: there is no libnvidia-ml.so.1 · CPU slots 0/1");
    }

    @Test
    void anEmptyQueueSaysWhatToType() throws InterruptedException {
        Session.Result result = new Session().q(Sample.ANN, Session.terminal(80), "list", "--color=never");
        assertThat(result.out()).endsWith("No jobs. Queue one: q run --gpu COMMAND\n");
    }

    @Test
    void noLineIsWiderThanTheTerminal() throws InterruptedException {
        for (int columns : new int[] {80, 100, 120, 200}) {
            for (String words : List.of("list", "gpu", "list --all")) {
                assertThat(on(Session.terminal(columns), words).lines())
                        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(columns));
            }
        }
    }

    @Test
    void aGpuTellsItsHistory() throws Exception {
        assertThat(on(Session.PIPE, "gpu show 0")).endsWith("""
                had by      3 ann, from 2026-11-23T12:01:08.300Z for 3m17s: it has it still
                had by      1 ann, from 2026-11-23T12:00:01.300Z for 1m05s: exited with code 1
                """);
        session.queue.gpus(session.queue.view().gpus());
        session.queue.change(new GpuWish.Drain(Sample.gpuId(1), Sample.ANN, true, "loud fan\n"));
        assertThat(on(Session.PIPE, "gpu show 1")).endsWith("""
                had by      2 ann, from 2026-11-23T12:01:06.300Z for 2s: killed by signal 11 (SIGSEGV), core dumped
                change      2026-11-23T12:04:25.300Z drained: by ann: loud fan\\n
                change      2026-11-23T12:04:25.300Z foreign: carl: pid 9911
                """);
        assertThat(on(Session.PIPE, "gpu show --json 1"))
                .contains(
                        "\"history\":{\"jobs\":[{\"id\":2,\"user\":\"ann\","
                                + "\"started\":\"2026-11-23T12:01:06.300Z\",\"ended\":\"2026-11-23T12:01:08.300Z\",\"seconds\":2.0,"
                                + "\"state\":\"failed\",\"exit_code\":null,\"signal\":11}],\"changes\":[{"
                                + "\"at\":\"2026-11-23T12:04:25.300Z\",\"what\":\"drained\",\"reason\":\"by ann: loud fan\\n\"},");
    }

    @Test
    void anEstimateIsARange() throws Exception {
        TimeLimit hour = new TimeLimit(Duration.ofHours(1), Optional.empty());
        JobSpec tar = Sample.job(Sample.BOB, 0, "sleep", "9").on(new Terms(Optional.of(hour), Retries.NONE));
        FakeQueue queue = session.queue;
        queue.exited(new JobId(4), new ExitStatus.Exited(0), Duration.ofMinutes(10));
        queue.launched(new JobId(7));
        JobId next = queue.submit(tar);
        queue.submit(Sample.job(Sample.BOB, 0, "true"));
        assertThat(on(Session.terminal(80), "why " + next)).endsWith("""
                ahead    nobody
                estimate starts in 35s to 15m35s
                """);
        assertThat(on(Session.PIPE, "why " + next))
                .contains("estimate starts between 2026-11-23T12:05:00.770Z and 2026-11-23T12:20:00.770Z\n");
        assertThat(on(Session.PIPE, "show --json " + next))
                .contains("\"estimate\":{\"earliest\":\"2026-11-23T12:05:00.770Z\","
                        + "\"latest\":\"2026-11-23T12:20:00.770Z\",\"reason\":null}");
        assertThat(on(Session.PIPE, "why --json 5"))
                .contains("\"estimate\":{\"earliest\":null,\"latest\":null,\"reason\":\"job 3 has no time limit");
    }

    @Test
    void aSubmissionOnATerminalSaysWhenItCouldStart() throws Exception {
        FakeQueue queue = session.queue;
        queue.exited(new JobId(4), new ExitStatus.Exited(0), Duration.ofMinutes(10));
        queue.launched(new JobId(7));
        Session.Result result = session.q(Sample.ANN, Session.terminal(80), "run", "true");
        assertThat(result.err())
                .isEqualTo("q: job 8 is queued: place 1, the one CPU slot is taken; starts in 35s to 15m35s\n");
    }
}
