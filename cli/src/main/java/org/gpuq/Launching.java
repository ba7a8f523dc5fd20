package org.gpuq;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.gpuq.core.engine.Input;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.Token;
import org.gpuq.daemon.launch.LaunchEvent;
import org.gpuq.daemon.launch.LaunchLink;
import org.gpuq.daemon.loop.Inbox;
import org.gpuq.daemon.port.DaemonControl.Confinement;
import org.gpuq.daemon.port.DaemonControl.Joined;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns q-launch's news into inputs for the loop, and remembers q-launch itself. Thread-safe. */
final class Launching implements Consumer<LaunchEvent> {
    private static final Logger LOG = LoggerFactory.getLogger(Launching.class);

    private final Inbox inbox;
    private final Runnable lost;
    private static final int SIGKILL = 9;
    private static final int EAGAIN = 11;
    private static final Duration LONGEST_JOIN = Duration.ofSeconds(10);
    private static final Duration LONGEST_COUNT = Duration.ofSeconds(2);
    private static final Joined NOBODY = new Joined(EAGAIN, "");

    private final Map<Token, CompletableFuture<Joined>> joining = new ConcurrentHashMap<>();
    private final AtomicReference<CompletableFuture<Integer>> counting =
            new AtomicReference<>(new CompletableFuture<>());
    private volatile @Nullable LaunchLink link;
    private volatile Optional<LaunchEvent.Ready> launcher = Optional.empty();

    /** @param lost called once when q-launch is gone: no job can be started any more */
    Launching(Inbox inbox, Runnable lost) {
        this.inbox = inbox;
        this.lost = lost;
    }

    @Override
    public void accept(LaunchEvent event) {
        switch (event) {
            case LaunchEvent.Ready ready -> launcher = Optional.of(ready);
            case LaunchEvent.Started started ->
                inbox.fact(new Input.Launched(started.token(), started.process(), started.at()));
            case LaunchEvent.NotStarted not -> inbox.fact(new Input.NotLaunched(not.token(), not.failure()));
            case LaunchEvent.Exited exited ->
                inbox.fact(new Input.Exited(exited.token(), exited.status(), exited.usage(), exited.endedAt()));
            case LaunchEvent.Empty empty -> inbox.fact(new Input.ProcessesGone(empty.token()));
            case LaunchEvent.Gone gone ->
                inbox.fact(new Input.Vanished(gone.token(), "its supervisor ended without a record of the exit"));
            case LaunchEvent.Counted counted ->
                counting.getAndSet(new CompletableFuture<>()).complete(counted.supervisors());
            case LaunchEvent.Joined joined -> joined(joined.token(), new Joined(joined.errno(), joined.cgroup()));
            case LaunchEvent.Disconnected disconnected -> {
                LOG.warn("q-launch is gone: {}", disconnected.reason());
                launcher = Optional.empty();
                lost.run();
            }
        }
    }

    private void joined(Token token, Joined how) {
        CompletableFuture<Joined> waiting = joining.remove(token);
        if (waiting != null) {
            waiting.complete(how);
        }
    }

    /** For orders that the loop has nothing to do with. */
    void over(LaunchLink to) {
        link = to;
    }

    Joined join(Job job, Token token, int pid) throws InterruptedException {
        LaunchLink to = link;
        CompletableFuture<Joined> waiting = new CompletableFuture<>();
        if (to == null) {
            return NOBODY;
        }
        joining.put(token, waiting);
        to.join(token, job.id(), job.spec(), pid);
        try {
            return waiting.get(LONGEST_JOIN.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("q-launch did not say whether job {} is in its control group", job.id(), e);
            joining.remove(token);
            return NOBODY;
        }
    }

    void leave(Token token, boolean kill) {
        LaunchLink to = link;
        if (to != null && kill) {
            to.signal(token, SIGKILL);
        }
        if (to != null) {
            to.forget(token);
        }
    }

    /** How many supervisors live; empty when q-launch does not say, or is of a version that cannot. */
    OptionalInt supervisors() throws InterruptedException {
        LaunchLink to = link;
        CompletableFuture<Integer> answer = counting.get();
        if (to == null || protocol().orElse(0) < LaunchLink.COUNTS_SINCE) {
            return OptionalInt.empty();
        }
        to.count();
        try {
            return OptionalInt.of(answer.get(LONGEST_COUNT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("q-launch did not say how many supervisors there are", e);
            return OptionalInt.empty();
        }
    }

    /** The version of the frames that q-launch speaks. */
    OptionalInt protocol() {
        return launcher.map(ready -> OptionalInt.of(ready.version())).orElse(OptionalInt.empty());
    }

    OptionalLong pid() {
        return launcher.map(ready -> OptionalLong.of(ready.pid())).orElse(OptionalLong.empty());
    }

    /** What of jobs can be limited: the sum of 1 memory, 2 processes, 4 CPUs. */
    int controls() {
        return launcher.map(LaunchEvent.Ready::controls).orElse(0);
    }

    /** By what jobs are confined to their GPUs' device files. */
    Confinement confinement(boolean asked) {
        if (!asked) {
            return new Confinement.Off();
        }
        return switch (launcher.map(LaunchEvent.Ready::devices).orElse(0)) {
            case 1 -> new Confinement.Controller();
            case 2 -> new Confinement.Program();
            default ->
                new Confinement.Impossible(
                        launcher.map(LaunchEvent.Ready::refusal).orElse(EAGAIN));
        };
    }

    /** Below which jobs get control groups of their own; empty when none can be made. */
    Optional<String> cgroup() {
        return launcher.map(LaunchEvent.Ready::cgroup).filter(path -> !path.isEmpty());
    }

    /** Has {@code q} bring up a new q-launch, and a new daemon with it, as soon as this one has let go of the lock. */
    static void startAnew(Path q) {
        try {
            new ProcessBuilder(q.toString(), "daemon", "start")
                    .redirectInput(Redirect.from(new java.io.File("/dev/null")))
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            LOG.error("No new q-launch could be started; the next q does it", e);
        }
    }
}
