package org.gpuq.core.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.gpuq.core.engine.Decision;
import org.gpuq.core.engine.Decision.Answer;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.Settings;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.Surroundings;
import org.gpuq.core.engine.Transitions;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.Token;

/** A daemon's life on a {@link World}: it decides, keeps events, carries out effects, dies and comes back. */
final class History {
    private static final int TOLD = 40;

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

    History(Random random, Decider decider, Settings settings) {
        this.random = random;
        this.world = new World(random);
        this.decider = decider;
        this.settings = settings;
        this.invariants = List.of(
                new NoGpuGivenTwice(),
                new NeverBesideForeign(),
                accepted,
                new StartedAtMostOnce(),
                new EndsAreTrue(),
                new NobodyStarves(),
                new ReplayEqualsLive(),
                new SlotsNeverExceeded(),
                new IndicesAgree());
    }

    State state() {
        return state;
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
        return give(input, true);
    }

    /** @param effects whether the daemon lives long enough after the events are durable to carry them out */
    Decision give(Input input, boolean effects) {
        while (trace.size() > TOLD) {
            trace.removeFirst();
        }
        trace.add(input);
        Surroundings around = new Surroundings(world.now(), seen, settings, this::token);
        Decision decision = decider.decide(state, around, input);
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
        invariants.forEach(invariant -> report(invariant, invariant.violation(rest)));
        return decision;
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
            world.launch(new Program(
                    start.token(), start.job(), start.gpus(), job.spec().foreground()));
        } else if (event instanceof Event.Signalled sent) {
            state.job(sent.job())
                    .flatMap(job -> job.state().maybeRun())
                    .ifPresent(run -> world.signal(run.token(), sent.signal()));
        } else if (event instanceof Event.SignalSent sent) {
            state.job(sent.job())
                    .flatMap(job -> job.state().maybeRun())
                    .ifPresent(run -> world.signal(run.token(), sent.signal()));
        }
    }

    /** The daemon comes up, reads its journal, and asks after what it had started. Reports to the dead one are lost. */
    void restart() {
        world.mail.clear();
        State replayed = replay();
        if (!replayed.equals(state)) {
            throw new AssertionError("ReplayEqualsLive: after a restart\n  " + replayed + "\n  was " + state);
        }
        state = replayed;
        seen = GpuSnapshot.NONE;
        give(new Input.DaemonStart(world.bootId()));
        for (Job job : state.jobs()) {
            if (job.state().active() || state.leftovers(job.id())) {
                job.state().maybeRun().map(Run::token).ifPresent(world::adopt);
            }
        }
        state.severed().stream().filter(left -> left.goneNanos().isEmpty()).forEach(left -> world.adopt(left.token()));
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
