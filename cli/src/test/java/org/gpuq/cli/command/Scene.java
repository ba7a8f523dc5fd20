package org.gpuq.cli.command;

import java.time.Duration;
import java.util.List;
import org.gpuq.cli.FakeQueue;
import org.gpuq.cli.Sample;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.model.JobId;

/** A machine on a busy afternoon: what the golden texts show. */
final class Scene {
    private Scene() {}

    /** Four GPUs; jobs that ended, run and wait; one GPU held by a process outside the queue, one that cannot be read. */
    static void busy(Session session) throws Exception {
        FakeQueue queue = session.queue;
        queue.gpus(Sample.snapshot(Sample.gpu(0), Sample.gpu(1), Sample.gpu(2), Sample.gpu(3)));
        run(session, Sample.job(Sample.BOB, 0, "make", "-j8"), new ExitStatus.Exited(0), Duration.ofMillis(1300));
        run(
                session,
                Sample.job(Sample.ANN, 1, "python", "train.py", "--lr", "1e-3"),
                new ExitStatus.Exited(1),
                Duration.ofSeconds(65));
        run(session, Sample.job(Sample.ANN, 1, "./a.out"), new ExitStatus.Killed(11, true), Duration.ofSeconds(2));
        JobId pair = queue.submit(
                Sample.labelled(Sample.job(Sample.ANN, 2, "python", "train.py", "--config", "a b.yaml"), "sweep"));
        queue.launched(pair);
        queue.gpus(Sample.snapshot(
                Sample.gpu(0),
                Sample.gpu(1, List.of(Sample.foreign(Sample.CARL, 9911, "/usr/bin/python train.py --huge", 21))),
                Sample.gpu(2),
                Sample.mute(3)));
        queue.pass(Duration.ofSeconds(192));
        JobId cpu = queue.submit(Sample.job(Sample.BOB, 0, "tar", "xf", "data.tar"));
        queue.launched(cpu);
        queue.submit(Sample.job(Sample.CARL, 2, "./train.sh"));
        queue.submit(Sample.labelled(Sample.job(Sample.CARL, 1, "python", "eval.py"), "carl"));
        queue.submit(Sample.job(Sample.BOB, 0, "tar", "xf", "more.tar"));
        queue.pass(Duration.ofSeconds(5));
    }

    private static void run(Session session, org.gpuq.core.job.JobSpec spec, ExitStatus status, Duration time)
            throws Exception {
        JobId id = session.queue.submit(spec);
        session.queue.launched(id);
        session.queue.pass(time);
        session.queue.exited(id, status, time);
        session.queue.gpus(session.queue.view().gpus());
    }
}
