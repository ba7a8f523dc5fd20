package org.gpuq.core.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.gpuq.core.engine.Decision;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.engine.Settings;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.Surroundings;
import org.gpuq.core.engine.Transitions;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.ProcessKey;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.JobState;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Token;

/** A daemon's life on a {@link World}: it decides, keeps events, carries out effects, dies and comes back. */
final class History {
    private static final int TOLD = 40;
    /** What is asked of a daemon that can start jobs: without writing it down, none can. */
    private static final Set<Class<?>> OF_STARTS = Set.of(NobodyStarves.class, IdleIsShort.class);

    final Random random;
    final World world;

    private final Decider decider;
    private final Settings settings;
    private final List<Invariant> invariants;
    private final NothingAcknowledgedIsLost accepted = new NothingAcknowledgedIsLost();
    private final List<Event> journal = new ArrayList<>();
    private final Deque<Object> trace = new ArrayDeque<>();
    private State state = State.EMPTY;
    private GpuSnapshot seen = GpuSnapshot.NONE;
    /** Facts that could not be written, in their order. */
    private final Deque<Input> kept = new ArrayDeque<>();
    /** The daemon dies after one in so many of its decisions, before anything follows from them; 0: only when told. */
    private int diesOnceIn;
    /** A decision could not be written and was not taken again since: what follows from it has yet to come. */
    private boolean owing;

    History(Random random, Decider decider, Settings settings, int diesOnceIn) {
        this.diesOnceIn = diesOnceIn;
        this.random = random;
        this.world = new World(random);
        world.adopted = this::adopted;
        this.decider = decider;
        this.settings = settings;
        this.invariants = List.of(
                new NoGpuGivenTwice(),
                new NeverBesideForeign(),
                new AdoptedAsSeen(),
                new MakesWayUnused(),
                accepted,
                new StartedAtMostOnce(),
                new EndsAreTrue(),
                new TimeIsUp(),
                new NobodyStarves(),
                new IdleIsShort(),
                new ReplayEqualsLive(),
                new SlotsNeverExceeded(),
                new IndicesAgree());
    }

    State state() {
        return state;
    }

    /** Somebody adopts a process outside the queue. */
    void adopt(Input.Adopt wish) {
        if (give(wish).answer() instanceof Answer.Accepted ok) {
            state.job(ok.job()).ifPresent(job -> accepted.acknowledged(ok.job(), job.spec()));
        }
    }

    /** The job that a process has become, while it is in the list as active or holds GPUs. */
    private Optional<JobId> adopted(ProcessKey key) {
        for (Job job : state.jobs()) {
            boolean there = job.state().active() || state.leases().containsKey(job.id());
            if (there && job.spec().adopted() && keyOf(job).equals(Optional.of(key))) {
                return Optional.of(job.id());
            }
        }
        return Optional.empty();
    }

    static Optional<ProcessKey> keyOf(Job job) {
        return job.state().maybeRun().flatMap(Run::process).map(it -> new ProcessKey(it.pid(), it.startTicks()));
    }

    /** Adopted processes are watched: who has gone is told of, again and again while the daemon does not know. */
    void watch() {
        for (JobId id : state.active()) {
            Job job = state.job(id).orElseThrow();
            if (job.spec().adopted() && !keyOf(job).filter(world::alive).isPresent()) {
                job.lastRun().ifPresent(run -> give(new Input.Departed(run.token())));
                return;
            }
        }
    }

    /** From now on it does not die any more. */
    void calm() {
        diesOnceIn = 0;
    }

    /** A poll has come back. */
    void deliver(GpuSnapshot snapshot) {
        seen = snapshot;
        give(new Input.Polled());
    }

    Optional<JobId> submit(JobSpec spec) {
        return submit(new Input.Submit(spec));
    }

    Optional<JobId> submit(Input.Submit wish) {
        if (give(wish).answer() instanceof Answer.Accepted ok) {
            accepted.acknowledged(ok.job(), wish.spec());
            return Optional.of(ok.job());
        }
        return Optional.empty();
    }

    Decision give(Input input) {
        boolean dies = diesOnceIn > 0 && random.nextInt(diesOnceIn) == 0;
        Decision decision = give(input, !dies);
        if (dies) {
            restart();
        }
        return decision;
    }

    /** @param effects whether the daemon lives long enough after the events are durable to carry them out */
    Decision give(Input input, boolean effects) {
        while (!world.diskFull && !kept.isEmpty()) {
            decide(kept.removeFirst(), true);
        }
        return decide(input, effects);
    }

    private Decision decide(Input input, boolean effects) {
        while (trace.size() > TOLD) {
            trace.removeFirst();
        }
        trace.add(input);
        Surroundings around = new Surroundings(world.now(), seen, settings, this::token);
        Decision decision = decider.decide(state, around, input);
        if (world.diskFull && !decision.events().isEmpty()) {
            return notWritten(input);
        }
        for (Event event : decision.events()) {
            State before = state;
            trace.add(event);
            state = Transitions.apply(before, event);
            journal.add(event);
            Invariant.Change change = new Invariant.Change(before, event, state, around, world);
            invariants.forEach(invariant -> report(invariant, invariant.violation(change)));
        }
        if (effects) {
            decision.events().forEach(this::carryOut);
        }
        Invariant.Rest rest = new Invariant.Rest(state, around, journal);
        owing &= decision.answer() instanceof Answer.Refused;
        invariants.stream()
                .filter(invariant -> !owing || !OF_STARTS.contains(invariant.getClass()))
                .forEach(invariant -> report(invariant, invariant.violation(rest)));
        return decision;
    }

    /** As the loop does it: wishes are refused, what has happened is kept for later. */
    private Decision notWritten(Input input) {
        trace.add("  (cannot be written)");
        owing = true;
        if (input instanceof Input.Submit
                || input instanceof Input.Adopt
                || input instanceof Input.Departed
                || input instanceof Input.Cancel
                || input instanceof Input.Forget) {
            Refusal refusal = new Refusal(Refusal.Kind.FAILED, "the disk is full", "");
            return new Decision(List.of(), new Answer.Refused(refusal));
        }
        if (!(input instanceof Input.Polled) && !(input instanceof Input.Tick)) {
            kept.add(input);
        }
        return new Decision(List.of(), new Answer.Done());
    }

    private Token token() {
        return new Token(random.nextLong(), random.nextLong());
    }

    private void report(Invariant invariant, Optional<String> violation) {
        violation.ifPresent(what -> {
            throw new AssertionError(invariant.getClass().getSimpleName() + ": " + what);
        });
    }

    private void carryOut(Event event) {
        if (event instanceof Event.Starting start) {
            Job job = state.job(start.job()).orElseThrow();
            if (job.spec().adopted()) {
                return; // it runs already
            }
            world.launch(new Program(
                    start.token(), start.job(), start.gpus(), job.spec().foreground()));
        } else if (event instanceof Event.Signalled sent) {
            state.job(sent.job())
                    .flatMap(job -> job.state().maybeRun())
                    .ifPresent(run -> world.signal(run.token(), sent.signal()));
        } else if (event instanceof Event.Warned warned) {
            state.job(warned.job())
                    .flatMap(job -> job.state().maybeRun())
                    .ifPresent(run -> world.signal(run.token(), warned.signal()));
        } else if (event instanceof Event.SignalSent sent) {
            state.job(sent.job())
                    .filter(job -> job.spec().adopted())
                    .flatMap(History::keyOf)
                    .ifPresent(key -> world.signal(key, sent.signal()));
            state.job(sent.job())
                    .flatMap(job -> job.state().maybeRun())
                    .ifPresent(run -> world.signal(run.token(), sent.signal()));
        }
    }

    /** The daemon comes up, reads its journal, and asks after what it had started. Reports to the dead one are lost. */
    void restart() {
        world.mail.clear();
        kept.clear();
        world.diskFull = false; // until then nothing follows from a start
        State replayed = replay();
        if (!replayed.equals(state)) {
            throw new AssertionError("ReplayEqualsLive: after a restart\n  " + replayed + "\n  was " + state);
        }
        state = replayed;
        seen = GpuSnapshot.NONE;
        State before = state;
        decide(new Input.DaemonStart(world.bootId()), true);
        for (Job job : before.jobs()) {
            if (job.spec().adopted()) {
                continue; // nobody but the watch knows of it
            }
            Job now = state.job(job.id()).orElse(job);
            if (now.state() instanceof JobState.Starting starting && job.state().equals(now.state())) {
                orderAgain(now, starting.run());
            } else if ((job.state().active() && now.state().active())
                    || (before.leftovers(job.id()) && state.leftovers(job.id()))) {
                job.lastRun().map(Run::token).ifPresent(world::adopt);
            }
        }
        state.severed().stream().filter(left -> left.goneNanos().isEmpty()).forEach(left -> world.adopt(left.token()));
    }

    /** It may never have been heard: a token starts at most once, so it can be said again. */
    private void orderAgain(Job job, Run run) {
        if (job.spec().foreground() || world.program(run.token()).isPresent()) {
            world.adopt(run.token());
        } else {
            world.launch(new Program(run.token(), job.id(), run.gpus(), false));
        }
    }

    private State replay() {
        State replayed = State.EMPTY;
        for (Event event : journal) {
            replayed = Transitions.apply(replayed, event);
        }
        return replayed;
    }

    /** The last inputs, each followed by its events. */
    String told() {
        return trace.stream()
                .map(one -> (one instanceof Event ? "    " : "  ") + one)
                .collect(Collectors.joining("\n"));
    }
}
