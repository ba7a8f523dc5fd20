package org.gpuq.cli.command;

import java.util.List;
import java.util.Optional;
import org.gpuq.cli.render.Ends;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.engine.View;
import org.gpuq.core.job.End;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Token;
import org.gpuq.core.model.User;
import org.gpuq.core.policy.WaitReason;
import org.gpuq.daemon.port.Client;
import org.gpuq.daemon.port.ForegroundOrder;
import org.gpuq.daemon.port.RefusedException;

/** Jobs that run in the caller's terminal, as a child of {@code q}: queued here, then attended to until they end. */
public final class Foreground {
    /** What a caller hears of a job that has not begun. */
    private enum Told {
        /** The output is the job's alone: nobody waits. */
        NOTHING,
        WHY_NOT_RUN,
        /** And what it waits for, on a status line. */
        ALL
    }

    private static final int NOT_RUN = 255;

    private final Services services;

    public Foreground(Services services) {
        this.services = services;
    }

    /**
     * Whether the call comes from a {@code q} in the background, which can stay with a job whose caller does not wait. If
     * not, one is asked for, and nothing more is to be done of this call.
     */
    public static boolean inBackground(Call call) throws InterruptedException {
        if (!call.request().background()) {
            call.client().detach();
        }
        return call.request().background();
    }

    /**
     * Lets the caller go on, and stays with the job, which writes where the caller does, until it has ended.
     *
     * @param call one from the background
     * @param id a foreground job that it has just queued
     */
    public int attendReleased(Call call, JobId id) throws InterruptedException {
        call.client().release();
        try {
            return attend(call, id, Told.NOTHING);
        } catch (RefusedException e) {
            return NOT_RUN; // it was removed from the queue: nobody waits to be told
        }
    }

    /** @return the job's own exit code, or 128 plus the signal's number */
    public int run(Call call, JobSpec spec) throws RefusedException, InterruptedException {
        return attend(call, call.queue().submit(spec));
    }

    /**
     * The same for one that the caller has just queued.
     *
     * @param id a job whose specification says that it runs in the foreground
     */
    public int attend(Call call, JobId id) throws RefusedException, InterruptedException {
        return attend(call, id, call.request().terminal().stderr() ? Told.ALL : Told.WHY_NOT_RUN);
    }

    private int attend(Call call, JobId id, Told told) throws RefusedException, InterruptedException {
        call.client().onGone(() -> takeBack(call.user(), id));
        Job job = awaitTurn(call, id, told);
        return switch (job.state()) {
            case JobState.Ended ended -> over(call, job.id(), ended.end(), told);
            case JobState.Starting starting -> start(call.client(), job, starting.run());
            case JobState.Running running -> start(call.client(), job, running.run());
            case JobState.Queued queued -> throw new IllegalStateException("job " + id + " was awaited and is queued");
        };
    }

    /**
     * Takes over from an earlier daemon. A job that runs is waited for: its {@code q} comes back with the token. One that
     * was queued has lost the terminal that it was to run in.
     */
    void adopt() {
        for (Job job : services.queue().view().state().jobs()) {
            if (job.spec().foreground()) {
                Thread.ofVirtual().name("adopt-" + job.id()).start(() -> adopt(job));
            }
        }
    }

    private void adopt(Job job) {
        switch (job.state()) {
            case JobState.Queued queued -> takeBack(job.spec().user(), job.id());
            case JobState.Starting starting -> expect(starting.run());
            case JobState.Running running -> expect(running.run());
            case JobState.Ended ended -> {}
        }
    }

    private void expect(Run run) {
        try {
            if (!services.attachments().takenOver(run.token(), Attachments.NOBODY, services.returnGrace())) {
                services.queue()
                        .report(new Input.Vanished(run.token(), "its q did not come back after the daemon's restart"));
            }
        } catch (RefusedException e) {
            // It cannot be written now: the queue keeps it until it can.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nobody waits for it any more: without a terminal it has nowhere to run. */
    private void takeBack(User owner, JobId id) {
        boolean queued = services.queue()
                .view()
                .state()
                .job(id)
                .filter(job -> job.state() instanceof JobState.Queued)
                .isPresent();
        if (!queued) {
            return;
        }
        try {
            services.queue().cancel(List.of(id), owner, true);
        } catch (RefusedException e) {
            // It has ended meanwhile, or its turn came: then whoever attends to it sees that the client is gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Job awaitTurn(Call call, JobId id, Told told) throws RefusedException, InterruptedException {
        Job now = call.job(id);
        if (begun(now)) {
            return now;
        }
        if (told != Told.ALL) {
            return call.queue().await(id, Foreground::begun);
        }
        try (StatusLine _ = new StatusLine(call, () -> waiting(call.queue().view(), id))) {
            return call.queue().await(id, Foreground::begun);
        }
    }

    private static boolean begun(Job job) {
        return !(job.state() instanceof JobState.Queued);
    }

    private static String waiting(View view, JobId id) {
        Optional<WaitReason> wait = view.wait(id);
        return "job " + id + " waits: " + wait.map(RunCommand::place).orElse("about to start")
                + " (Ctrl-C takes it back)";
    }

    private static int over(Call call, JobId id, End end, Told told) throws InterruptedException {
        if (told != Told.NOTHING) {
            call.warn("job " + id + " did not run: " + Ends.sentence(end));
        }
        return end.shellCode();
    }

    private int start(Client client, Job job, Run run) throws RefusedException, InterruptedException {
        // A directory that is where the caller is anyway could still be renamed meanwhile: the order names it all the
        // same.
        ForegroundOrder order = new ForegroundOrder(
                run.token(),
                job.spec().command(),
                services.queue().jobEnvironment(job),
                job.spec().directory());
        return new Attendance(services, client, job, run).from(order);
    }

    /** Goes on with a job whose {@code q} lost its connection, such as by a restart of the daemon. */
    int resume(Client client, Token token) throws RefusedException, InterruptedException {
        Job job = services.queue()
                .view()
                .state()
                .active(token)
                .filter(found -> found.spec().foreground())
                .orElseThrow(Foreground::notThere);
        if (!job.spec().user().is(client.caller().user())) {
            throw new RefusedException(new Refusal(
                    Kind.NOT_PERMITTED,
                    "job " + job.id() + " belongs to " + job.spec().user().name(),
                    ""));
        }
        return new Attendance(services, client, job, job.state().maybeRun().orElseThrow(Foreground::notThere)).again();
    }

    private static RefusedException notThere() {
        return new RefusedException(new Refusal(
                Kind.NOT_FOUND, "the daemon has given up this terminal's job", "'q list --all' shows what it knows"));
    }
}
