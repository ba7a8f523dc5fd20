package org.gpuq.daemon.loop;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.State;
import org.gpuq.core.gpu.Lease;
import org.gpuq.core.gpu.Lease.Phase;
import org.gpuq.core.job.End;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Run;
import org.gpuq.core.job.StartFailure;
import org.gpuq.core.model.IdMap;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.daemon.port.JobOutput;
import org.gpuq.daemon.port.Journal;
import org.gpuq.daemon.port.Launcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What durable events mean to q-launch. Foreground jobs are run by their caller's {@code q} and never get here. */
final class Effects {
    private static final Logger LOG = LoggerFactory.getLogger(Effects.class);
    private static final int EIO = 5;
    /** More than one batch of the loop ends. */
    private static final int LAST_ENDS = 1_024;

    private static final int SIGKILL = 9;

    private final Journal journal;
    private final Launcher launcher;
    private final LoopSettings settings;
    private final Inbox inbox;
    private final Optional<Sweeper> sweeper;

    Effects(Journal journal, Launcher launcher, LoopSettings settings, Inbox inbox) {
        this.journal = journal;
        this.launcher = launcher;
        this.settings = settings;
        this.inbox = inbox;
        this.sweeper = settings.removeForgotten() && !settings.logsByUser()
                ? Optional.of(Sweeper.start(settings.logs()))
                : Optional.empty();
    }

    void of(Turn turn) {
        for (Event event : turn.events()) {
            try {
                follow(event, turn);
            } catch (RuntimeException e) {
                LOG.error("What follows from {} failed", event, e);
            }
        }
        for (JobId id : turn.jobs()) {
            Optional<Token> settled = settled(turn.after(), id);
            if (!settled.equals(settled(turn.before(), id))) {
                settled.ifPresent(launcher::forget);
            }
        }
    }

    private void follow(Event event, Turn turn) {
        switch (event) {
            case Event.DaemonStarted it -> adopt(turn);
            case Event.Starting it -> background(turn.after(), it.job()).ifPresent(job -> start(job, it.token()));
            case Event.SignalSent it ->
                launched(turn.after(), it.job()).ifPresent(token -> launcher.signal(token, it.signal()));
            case Event.Submitted it -> {}
            case Event.Started it -> {}
            case Event.CancelRequested it -> {}
            case Event.Warned it ->
                launched(turn.after(), it.job()).ifPresent(token -> launcher.signal(token, it.signal()));
            case Event.Ended it -> killLeftovers(turn, it.job(), it.end());
            case Event.TimeUp it -> {}
            case Event.Arrived it -> {}
            case Event.MakesWay it -> {}
            case Event.Requeued it -> killLeftovers(turn, it.job(), it.end());
            case Event.Rested it -> {}
            case Event.Admission it -> {}
            case Event.ProcessesGone it -> {}
            case Event.LeaseEnded it -> {}
            case Event.OnGpu it -> {}
            case Event.Forgotten it ->
                sweeper.ifPresent(
                        by -> it.jobs().forEach(id -> turn.before().job(id).ifPresent(by::forgotten)));
            case Event.Signalled it ->
                launched(turn.after(), it.job()).ifPresent(token -> launcher.signalGroup(token, it.signal()));
            case Event.Reordered it -> {}
            case Event.SlotsChanged it -> {}
            case Event.Cleared it -> {}
            case Event.FollowUp it -> followUp(turn, it);
            case Event.SeveredGone it -> {}
            case Event.SeveredEnded it -> launcher.forget(it.token());
        }
    }

    /** Whoever was to end ends whole: also those of its processes that left its session, or fork faster than one can look. */
    private void killLeftovers(Turn turn, JobId job, End end) {
        boolean meant = end instanceof End.Cancelled || end instanceof End.TimedOut || end instanceof End.MadeWay;
        if (meant) {
            launched(turn.after(), job).ifPresent(token -> launcher.signal(token, SIGKILL));
        }
    }

    /** Asks after every job of an earlier daemon whose process, or whose processes' end, is still to be heard of. */
    private void adopt(Turn turn) {
        leftUnsaid(turn.before()).forEach(launcher::forget);
        for (JobId id : turn.before().active()) {
            if (turn.after().active().contains(id.value())) {
                background(turn.after(), id).ifPresent(this::takeUp);
            }
        }
        turn.after().severed().stream()
                .filter(left -> left.goneNanos().isEmpty())
                .forEach(left -> launcher.adopt(left.token()));
        for (Lease lease : turn.before().sortedLeases().values()) {
            if (waitsForProcesses(turn.before(), lease.job()) && waitsForProcesses(turn.after(), lease.job())) {
                launched(turn.after(), lease.job()).ifPresent(launcher::adopt);
            }
        }
    }

    /** An earlier daemon may have died between an end and its word that the record can go: that concerns the last ones. */
    private static List<Token> leftUnsaid(State state) {
        List<Job> ended = new ArrayList<>();
        state.ended().forEach(id -> state.job(id).ifPresent(ended::add));
        ended.sort(Comparator.comparing(Effects::endedAt).reversed());
        List<Token> tokens = new ArrayList<>();
        ended.stream().limit(LAST_ENDS).forEach(job -> settled(state, job.id()).ifPresent(tokens::add));
        for (IdMap<JobId> some : List.of(state.resting(), state.active())) {
            for (JobId id : some) {
                state.job(id)
                        .filter(job -> !waitsForProcesses(state, id))
                        .ifPresent(job -> job.past()
                                .forEach(attempt -> tokens.add(attempt.run().token())));
            }
        }
        return tokens;
    }

    private static Instant endedAt(Job job) {
        return job.state() instanceof JobState.Ended ended ? ended.at() : Instant.EPOCH;
    }

    /**
     * A start that was decided on may never have reached q-launch. It is ordered again: a token starts at most once, and
     * one that has a record is answered as if it were asked after.
     */
    private void takeUp(Job job) {
        switch (job.state()) {
            case JobState.Starting starting -> start(job, starting.run().token());
            case JobState.Running running -> launcher.adopt(running.run().token());
            case JobState.Queued queued -> {}
            case JobState.Ended ended -> {}
        }
    }

    private void start(Job job, Token token) {
        try {
            List<RawBytes> caller = journal.environment(job.spec().environment());
            launcher.start(
                    token,
                    job.id(),
                    job.spec(),
                    JobEnvironment.of(caller, job, settings.hideGpus()),
                    JobOutput.path(settings.logsOf(job), job.spec(), job.id(), token));
        } catch (IOException | RuntimeException e) {
            LOG.error("Job {} cannot be started", job.id(), e);
            inbox.fact(new Input.NotLaunched(token, new StartFailure(StartFailure.Stage.SUPERVISOR, EIO)));
        }
    }

    /** When it cannot be had it is as if it had been tried: nobody is told twice. */
    private void followUp(Turn turn, Event.FollowUp event) {
        Job job = turn.after()
                .job(event.job())
                .or(() -> turn.before().job(event.job()))
                .orElseThrow();
        try {
            launcher.start(
                    event.token(),
                    job.id(),
                    FollowUpSpec.of(job, event.kind(), JobOutput.path(settings.logsOf(job), job)),
                    JobEnvironment.of(journal.environment(job.spec().environment()), job, settings.hideGpus()),
                    RawBytes.utf8(""));
        } catch (IOException | RuntimeException e) {
            LOG.warn("Nobody can be told of the end of job {}", job.id(), e);
            inbox.fact(new Input.NotLaunched(event.token(), new StartFailure(StartFailure.Stage.SUPERVISOR, EIO)));
        }
    }

    private static Optional<Job> background(State state, JobId id) {
        return state.job(id).filter(job -> job.spec().supervised());
    }

    /** The start of a job that q-launch has to do with. */
    private static Optional<Token> launched(State state, JobId id) {
        return background(state, id).flatMap(Job::lastRun).map(Run::token);
    }

    /** The start of a job of whose processes nothing more is to be heard. */
    private static Optional<Token> settled(State state, JobId id) {
        return state.job(id)
                .filter(job -> !job.state().active() && !waitsForProcesses(state, id))
                .flatMap(job -> launched(state, id));
    }

    private static boolean waitsForProcesses(State state, JobId id) {
        Lease lease = state.leases().get(id);
        return lease != null && lease.phase() instanceof Phase.Cooling cooling && !cooling.processesGone();
    }
}
