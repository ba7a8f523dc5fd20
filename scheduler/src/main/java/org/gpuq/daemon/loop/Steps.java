package org.gpuq.daemon.loop;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.Surroundings;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuSnapshot;
import org.gpuq.core.gpu.Lease.Phase;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.Run;
import org.gpuq.core.model.Now;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One batch after the other: decide, write, let everybody know. When a batch cannot be written the state stays what is
 * on the disk, askers are refused, and facts are kept for a later try. One thread only, but for {@link #published}.
 */
final class Steps {
    private static final Logger LOG = LoggerFactory.getLogger(Steps.class);
    private static final int BATCH = 512;
    private static final long TICK_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long BUSY_TICK_NANOS = Duration.ofMillis(250).toNanos();
    private static final long FIRST_RETRY_NANOS = Duration.ofMillis(100).toNanos();
    private static final long LAST_RETRY_NANOS = Duration.ofSeconds(5).toNanos();

    private final Inbox inbox;
    private final Parts parts;
    private final LoopSettings settings;
    private final Decider decider;
    private final Aftermath aftermath;

    private volatile Published published = new Published(State.EMPTY, GpuSnapshot.NONE);
    private final List<Message> kept = new ArrayList<>();
    private long retryInNanos = FIRST_RETRY_NANOS;
    private long retryAtNanos;
    private long tickAtNanos;

    Steps(Inbox inbox, Parts parts, LoopSettings settings, Decider decider, Aftermath aftermath) {
        this.inbox = inbox;
        this.parts = parts;
        this.settings = settings;
        this.decider = decider;
        this.aftermath = aftermath;
    }

    Published published() {
        return published;
    }

    /** The first step of all: what the journal holds, and that a daemon came up. */
    void begin(State restored, String bootId) {
        Now now = parts.clock().now();
        published = new Published(restored, GpuSnapshot.NONE);
        tickAtNanos = now.monotonicNanos() + TICK_NANOS;
        run(List.of(Message.fact(new Input.DaemonStart(bootId))), now);
    }

    /** Carries out what has come, after waiting for it at most for so many nanoseconds and until the next tick. */
    void step(long waitNanos) throws InterruptedException {
        List<Message> arrived =
                inbox.take(BATCH, Math.min(waitNanos, untilDue(parts.clock().now())));
        inbox.takeLook().ifPresent(look -> published = new Published(published.state(), look));
        Now now = parts.clock().now();
        if (now.monotonicNanos() - tickAtNanos >= 0) {
            arrived.add(Message.passing(new Input.Tick()));
            tickAtNanos = now.monotonicNanos() + (busy(published.state()) ? BUSY_TICK_NANOS : TICK_NANOS);
        }
        boolean asked = arrived.stream().anyMatch(message -> message.asker().isPresent());
        if (!kept.isEmpty() && !asked && now.monotonicNanos() - retryAtNanos < 0) {
            arrived.stream().filter(Message::fact).forEach(kept::add);
            return;
        }
        List<Message> batch = new ArrayList<>(kept);
        batch.addAll(arrived);
        kept.clear();
        if (!batch.isEmpty()) {
            run(batch, now);
        }
    }

    private long untilDue(Now now) {
        long tick = tickAtNanos - now.monotonicNanos();
        return kept.isEmpty() ? tick : Math.min(tick, retryAtNanos - now.monotonicNanos());
    }

    /** Whether something happens by the mere passing of time. */
    private static boolean busy(State state) {
        if (state.leases().values().stream().anyMatch(lease -> lease.phase() instanceof Phase.Cooling)) {
            return true;
        }
        for (var id : state.active()) {
            if (state.job(id)
                    .map(Job::state)
                    .flatMap(it -> it.maybeRun())
                    .flatMap(Run::cancellation)
                    .isPresent()) {
                return true;
            }
        }
        return false;
    }

    private void run(List<Message> batch, Now now) {
        Turn turn;
        try {
            turn = Turn.decide(published.state(), surroundings(now), batch, decider);
            if (!turn.events().isEmpty()) {
                parts.journal().append(turn.events(), turn.after());
                retryInNanos = FIRST_RETRY_NANOS;
            }
        } catch (IOException e) {
            LOG.error("The queue could not be written: {}", e.getMessage());
            retryAtNanos = now.monotonicNanos() + retryInNanos;
            retryInNanos = Math.min(2 * retryInNanos, LAST_RETRY_NANOS);
            postpone(batch, e);
            return;
        } catch (RuntimeException e) {
            one(batch, now, e);
            return;
        }
        committed(turn, batch, now);
    }

    /** Something in the batch is more than the program can deal with: it alone shall suffer. */
    private void one(List<Message> batch, Now now, RuntimeException fault) {
        if (batch.size() > 1) {
            for (Message message : batch) {
                if (kept.isEmpty()) {
                    run(List.of(message), now);
                } else {
                    postpone(List.of(message), fault); // the one before it could not be written: keep their order
                }
            }
            return;
        }
        Message message = batch.getFirst();
        LOG.error("A fault of gpuq: {} cannot be dealt with", message.input(), fault);
        message.refuse(new Refusal(
                Refusal.Kind.FAILED,
                "a fault in gpuq kept this from being done: " + fault.getMessage(),
                "nothing was changed; the daemon's log says more"));
    }

    private void postpone(List<Message> batch, Exception why) {
        for (Message message : batch) {
            message.refuse(new Refusal(
                    Refusal.Kind.FAILED,
                    "the queue could not be written: " + why.getMessage(),
                    "nothing was changed; try again when that is put right"));
            if (message.fact()) {
                kept.add(message.withoutAsker());
            }
        }
    }

    private void committed(Turn turn, List<Message> batch, Now now) {
        View before = view(now);
        published = new Published(turn.after(), published.gpus());
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).answer(turn.answers().get(i));
        }
        if (!turn.events().isEmpty()) {
            aftermath.of(turn, before, view(now));
        }
    }

    private Surroundings surroundings(Now now) {
        return new Surroundings(now, published.gpus(), settings.decisions(), parts.tokens());
    }

    /** What is published, seen at one moment. Thread-safe. */
    View view(Now now) {
        Published seen = published;
        return new View(seen.state(), seen.gpus(), settings.decisions(), now);
    }
}
