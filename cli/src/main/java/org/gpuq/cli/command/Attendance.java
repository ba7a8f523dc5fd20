package org.gpuq.cli.command;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.gpuq.cli.render.Ends;
import org.gpuq.cli.render.Sanitize;
import org.gpuq.core.engine.Input;
import org.gpuq.core.job.Bounds;
import org.gpuq.core.job.ExitStatus;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Run;
import org.gpuq.core.job.StartFailure;
import org.gpuq.core.job.Usage;
import org.gpuq.daemon.port.Client;
import org.gpuq.daemon.port.DaemonControl;
import org.gpuq.daemon.port.DaemonControl.Confinement;
import org.gpuq.daemon.port.ForegroundEvent;
import org.gpuq.daemon.port.ForegroundOrder;
import org.gpuq.daemon.port.RefusedException;
import org.jspecify.annotations.Nullable;

/** Looks after one foreground job over one connection: tells the queue what its {@code q} reports, and signals it. */
final class Attendance {
    private static final int FAILED = 1;

    private final Services services;
    private final Client client;
    private final Job job;
    private final Run run;
    private final Optional<Processes.Facts> peer;
    private long startedNanos;
    private long ticket;
    private String cgroup = "";

    Attendance(Services services, Client client, Job job, Run run) {
        this.services = services;
        this.client = client;
        this.job = job;
        this.run = run;
        this.peer = services.processes().find(client.caller().pid());
        this.startedNanos = nanos() - elapsed(run).toNanos();
    }

    /** Has it started, and stays until it has ended. */
    int from(ForegroundOrder order) throws InterruptedException {
        return attended(order);
    }

    /** The job was started over an earlier connection. */
    int again() throws InterruptedException {
        return attended(null);
    }

    private int attended(@Nullable ForegroundOrder order) throws InterruptedException {
        ticket = services.attachments().attach(run.token());
        Thread courier = Thread.ofVirtual().name("signals").start(this::passSignals);
        try {
            if (order != null) {
                // q itself goes into the job's control group, so whatever it runs is born there.
                DaemonControl.Joined joined =
                        services.daemon().join(job, run.token(), client.caller().pid());
                cgroup = joined.cgroup();
                if (joined.errno() != 0 && mustJoin()) {
                    return notStarted(new StartFailure(StartFailure.Stage.CGROUP, joined.errno()));
                }
                client.run(order);
            }
            return attend();
        } finally {
            courier.interrupt();
            services.attachments().detach(run.token(), ticket);
            // Not before q has said its last: it is in there too.
            client.onGone(() -> services.daemon().leave(run.token(), cancelled()));
        }
    }

    /** Whether it may not run outside of a control group. */
    private boolean mustJoin() {
        return !job.spec().resources().bounds().equals(Bounds.NONE)
                || switch (services.daemon().status().confinement()) {
                    case Confinement.Off off -> false;
                    case Confinement.Program program -> true;
                    case Confinement.Controller controller -> true;
                    case Confinement.Impossible impossible ->
                        job.spec().resources().gpus() > 0;
                };
    }

    private int attend() throws InterruptedException {
        while (true) {
            switch (client.await()) {
                case ForegroundEvent.Started started -> started(started.pid());
                case ForegroundEvent.NotStarted not -> {
                    return notStarted(new StartFailure(StartFailure.Stage.of(not.stage()), not.errno()));
                }
                case ForegroundEvent.Ended ended -> {
                    return ended(ended);
                }
                case ForegroundEvent.FileFailed failed -> {
                    // No file was asked for: nothing to do with the job.
                }
                case ForegroundEvent.Captured captured -> {
                    // Nor was another command's output.
                }
                case ForegroundEvent.Gone gone -> {
                    return gone();
                }
            }
        }
    }

    /**
     * Believed only as far as the kernel confirms it: the process must be a child of the peer. One that has ended already
     * cannot be confirmed, and need not be: its end is the next report.
     */
    private void started(int pid) throws InterruptedException {
        startedNanos = nanos();
        Optional<Processes.Facts> child = services.processes()
                .find(pid)
                .filter(facts -> facts.parent() == client.caller().pid());
        if (child.isPresent()) {
            report(new Input.Launched(
                    run.token(), new JobProcess(pid, child.get().startTicks(), cgroup), wall()));
        }
    }

    private int notStarted(StartFailure failure) throws InterruptedException {
        report(new Input.NotLaunched(run.token(), failure));
        String program = Sanitize.text(job.spec().command().getFirst());
        tell(program + ": " + Ends.sentence(failure));
        return failure.shellCode();
    }

    private int ended(ForegroundEvent.Ended ended) throws InterruptedException {
        ExitStatus status = ExitStatus.ofWaitStatus(ended.waitStatus());
        Usage usage = new Usage(
                micros(ended.userTime()),
                micros(ended.systemTime()),
                ended.peakMemoryBytes(),
                (nanos() - startedNanos) / 1000);
        report(new Input.Exited(run.token(), status, usage, wall()));
        return status.shellCode();
    }

    /** The connection is gone. While {@code q} itself lives it may come back with the job's token; otherwise it is over. */
    private int gone() throws InterruptedException {
        boolean back = peerLives() && services.attachments().takenOver(run.token(), ticket, services.returnGrace());
        if (!back) {
            report(new Input.Vanished(
                    run.token(),
                    "its terminal went away (q, pid " + client.caller().pid() + ")"));
        }
        return FAILED;
    }

    private boolean peerLives() {
        return peer.isPresent()
                && services.processes().find(client.caller().pid()).equals(peer);
    }

    /** A report that cannot be written now, such as to a full disk, is kept by the queue: the person is told. */
    private void report(Input input) throws InterruptedException {
        try {
            services.queue().report(input);
        } catch (RefusedException e) {
            tell(Sanitize.text(e.refusal().message()));
        }
    }

    /** Brings the signals of a cancellation, or of a time limit, to the job: no supervisor could. */
    private void passSignals() {
        int last = 0;
        try {
            while (true) {
                int passed = last;
                Job now = services.queue().await(job.id(), found -> over(found) || signal(found) != passed);
                if (over(now)) {
                    return;
                }
                last = signal(now);
                client.signal(last);
            }
        } catch (RefusedException | InterruptedException e) {
            Thread.currentThread().interrupt(); // the job is over and forgotten, or nobody attends to it here any more
        }
    }

    private boolean cancelled() {
        return services.queue()
                .view()
                .state()
                .job(job.id())
                .filter(now -> signal(now) != 0)
                .isPresent();
    }

    private static boolean over(Job job) {
        return job.state() instanceof JobState.Ended;
    }

    private static int signal(Job job) {
        return job.state()
                .maybeRun()
                .map(run -> run.cancellation()
                        .map(Run.Cancellation::lastSignal)
                        .filter(number -> number != 0)
                        .orElse(run.warning()))
                .orElse(0);
    }

    private void tell(String sentence) throws InterruptedException {
        client.err(("q: " + sentence + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private Duration elapsed(Run run) {
        return run.startedAt().map(at -> Duration.between(at, wall())).orElse(Duration.ZERO);
    }

    private long nanos() {
        return services.queue().view().now().monotonicNanos();
    }

    private Instant wall() {
        return services.queue().view().now().wall();
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1000;
    }
}
