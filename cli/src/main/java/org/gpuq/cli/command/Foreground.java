package org.gpuq.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.gpuq.cli.render.Ends;
import org.gpuq.core.engine.Deed;
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
import org.gpuq.core.model.RawBytes;
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

    /**
     * With a job's id, the words by which a {@code q} comes back to a job that it waited to run when the daemon ended;
     * nobody types them.
     */
    static final String RETURN = "--attend";

    private static final RawBytes FORGET = RawBytes.utf8("forget");

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
            return attend(call, id, Told.NOTHING, List.of());
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
        return attend(call, id, told(call), List.of());
    }

    /** The same; afterwards it is not kept in the list. */
    public int attendAndForget(Call call, JobId id) throws RefusedException, InterruptedException {
        int status = attend(call, id, told(call), List.of(FORGET));
        try {
            services.queue().ask(new Input.Forget(Set.of(id), call.user(), call.administrator()));
        } catch (RefusedException e) {
            // Its GPUs are not clean yet, say. Then it stays in the list: nothing depends on that.
        }
        return status;
    }

    private static Told told(Call call) {
        if (call.request().background()) {
            return Told.NOTHING;
        }
        return call.request().terminal().stderr() ? Told.ALL : Told.WHY_NOT_RUN;
    }

    /** @param how what else to say when the job is come back to */
    private int attend(Call call, JobId id, Told told, List<RawBytes> how)
            throws RefusedException, InterruptedException {
        long seat = services.seats()
                .attachAlone(id)
                .orElseThrow(() -> notNow("job " + id + " has a terminal that it runs in"));
        try {
            List<RawBytes> words = new ArrayList<>(List.of(RawBytes.utf8(RETURN), RawBytes.utf8(id.toString())));
            words.addAll(how);
            call.client().retryAs(words);
            call.client().onGone(() -> takeBack(services, call.user(), id));
            Job job = awaitTurn(call, id, told);
            return switch (job.state()) {
                case JobState.Ended ended -> over(call, job.id(), ended.end(), told);
                case JobState.Starting starting -> start(call.client(), job, starting.run());
                case JobState.Running running -> start(call.client(), job, running.run());
                case JobState.Queued queued ->
                    throw new IllegalStateException("job " + id + " was awaited and is queued");
            };
        } finally {
            services.seats().detach(id, seat);
        }
    }

    /** Goes on with a job that an earlier daemon had queued for this terminal. */
    int comeBack(Call call, List<RawBytes> words) throws RefusedException, InterruptedException {
        if (words.size() < 2) {
            throw Usage.wrong("there is no job to come back to", "q run -f COMMAND queues one");
        }
        Job job = call.job(JobIds.parse(words.get(1).latin1()));
        if (!call.may(Deed.RESUME, job)) {
            throw notTheirs(job);
        }
        boolean waits = job.state() instanceof JobState.Queued || job.state() instanceof JobState.Ended;
        boolean begins = job.state() instanceof JobState.Starting starting
                && !services.attachments().attached(starting.run().token());
        if (!job.spec().foreground() || !(waits || begins)) {
            throw notNow("job " + job.id() + " does not wait for a terminal");
        }
        if (call.request().background()) {
            return attendReleased(call, job.id());
        }
        return words.contains(FORGET) ? attendAndForget(call, job.id()) : attend(call, job.id());
    }

    private static RefusedException notNow(String why) {
        return new RefusedException(new Refusal(Kind.FAILED, why, "'q list --all' shows what there is"));
    }

    private static RefusedException notTheirs(Job job) {
        return new RefusedException(new Refusal(
                Kind.NOT_PERMITTED,
                "job " + job.id() + " belongs to " + job.spec().user().name(),
                ""));
    }

    /** Nobody waits for it any more: without a terminal it has nowhere to run. */
    static void takeBack(Services services, User owner, JobId id) {
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
            throw notTheirs(job);
        }
        return new Attendance(services, client, job, job.state().maybeRun().orElseThrow(Foreground::notThere)).again();
    }

    private static RefusedException notThere() {
        return new RefusedException(new Refusal(
                Kind.NOT_FOUND, "the daemon has given up this terminal's job", "'q list --all' shows what it knows"));
    }
}
