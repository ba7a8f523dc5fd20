package org.gpuq;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.gpuq.cli.command.Commands;
import org.gpuq.cli.tsp.TspFace;
import org.gpuq.core.engine.Input;
import org.gpuq.core.engine.Settings;
import org.gpuq.daemon.control.ControlServer;
import org.gpuq.daemon.journal.SqliteJournal;
import org.gpuq.daemon.launch.LaunchLink;
import org.gpuq.daemon.loop.Clock;
import org.gpuq.daemon.loop.Inbox;
import org.gpuq.daemon.loop.Loop;
import org.gpuq.daemon.loop.Parts;
import org.gpuq.daemon.loop.RandomTokens;
import org.gpuq.daemon.metrics.Metrics;
import org.gpuq.daemon.poll.AdoptedWatch;
import org.gpuq.daemon.poll.GpuPoller;
import org.gpuq.daemon.poll.NvmlWatch;
import org.gpuq.daemon.poll.Recollection;
import org.gpuq.daemon.port.DaemonControl.Crash;
import org.gpuq.daemon.port.PollPace;
import org.gpuq.daemon.port.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All rooms, connected: built from the inside out, and closed the other way round. */
final class Daemon {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

    /** How long the first look at the GPUs may hold up the first answer; a driver that is slow to attach takes longer. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(2);

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final Stopping stopping = new Stopping();
    private final Deque<Closing> closings = new ArrayDeque<>();
    private final Arguments arguments;

    /** How a room is closed. */
    private interface Closing {
        void close() throws IOException, InterruptedException;
    }

    private Daemon(Arguments arguments) {
        this.arguments = arguments;
    }

    /**
     * A daemon that answers at its socket.
     *
     * @throws IOException when it cannot be; its message is a sentence for people
     */
    static Daemon start(Arguments arguments) throws IOException, InterruptedException {
        Instant startedAt = Instant.now();
        Daemon daemon = new Daemon(arguments);
        try {
            daemon.open(startedAt);
        } catch (IOException | RuntimeException e) {
            daemon.stopping.notStarted();
            daemon.close();
            throw e;
        }
        return daemon;
    }

    private void open(Instant startedAt) throws IOException, InterruptedException {
        Setup setup = Setup.load(arguments, System.getenv());
        CrashPoints crash = CrashPoints.fromProperties();
        if (!arguments.shared()) {
            Files.createDirectories(setup.logs());
        }
        String bootId = Files.readString(BOOT_ID).strip();
        SqliteJournal stored = SqliteJournal.open(arguments.state().resolve("journal.db"));
        closings.push(stored::close);

        // The rooms know each other in a circle; these two references close it.
        AtomicReference<Queue> queue = new AtomicReference<>();
        AtomicReference<GpuPoller> eyes = new AtomicReference<>();

        Metrics metrics = Metrics.start(
                Metrics.loopback(setup.metricsPort()), () -> queue.get().view(), Version.TEXT, startedAt);
        closings.push(metrics::close);
        Audit audit = arguments.shared()
                ? Audit.to(arguments.state().resolve("audit.log"))
                : Audit.none(); // nobody but its owner
        closings.push(audit::close);
        Inbox inbox = new Inbox();
        Launching launching = new Launching(inbox, stopping::launcherLost);
        OwnGpus files = new OwnGpus(() -> queue.get().view(), () -> launching.confinement(true));
        LaunchLink link = LaunchLink.onStandardInput(setup.terms(files), crash.around(launching));
        launching.over(link);
        AdoptedProcesses adopted = new AdoptedProcesses();
        Loop loop = new Loop(
                inbox,
                new Parts(
                        crash.around(metrics.timed(stored)),
                        crash.around(link),
                        Clock.SYSTEM,
                        new RandomTokens(),
                        List.of(
                                metrics,
                                audit,
                                adopted,
                                new GpuNews(() -> eyes.get().hurry())),
                        pace -> eyes.get().hurry()),
                setup.loop());
        queue.set(loop);

        CountDownLatch looked = new CountDownLatch(1);
        NvmlWatch watch = Looking.watch(
                setup.library(), System.getenv(), () -> queue.get().view().state());
        Settings rules = setup.loop().decisions();
        Recollection memory = new Recollection(watch, rules::baseline, rules.thresholds());
        GpuPoller poller = new GpuPoller(
                memory,
                snapshot -> {
                    inbox.polled(snapshot);
                    looked.countDown();
                },
                () -> setup.rest(memory.settling() && loop.pace() == PollPace.WANTED ? PollPace.COOLING : loop.pace()));
        eyes.set(poller);
        closings.push(poller::close);

        // Without the loop nothing is decided any more, and without the control thread nobody is answered.
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {
            LOG.error("thread {} ended", thread.getName(), error);
            if (loop.ended() || thread.getName().equals(ControlServer.THREAD)) {
                stopping.fault();
            }
        });
        loop.restore(bootId);
        loop.start();
        closings.push(loop::stop);
        Forgetting.heed(arguments.state(), loop);
        SpaceGuard space = new SpaceGuard(
                List.of(arguments.state(), setup.logs()),
                setup.leastFree(),
                shortage -> inbox.fact(new Input.Room(shortage)));
        closings.push(space::close);
        space.start();
        poller.start();
        AdoptedWatch departures =
                adopted.watch(() -> loop.view().state(), token -> inbox.fact(new Input.Departed(token)));
        closings.push(departures::close);
        departures.start();
        if (!looked.await(FIRST_LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.info("the driver is slow to answer; jobs for GPUs wait until it does");
        }

        LastEnd ends = LastEnd.begin(arguments.state(), bootId, System.getenv(), startedAt);
        closings.push(() -> end(ends));
        RunningDaemon control = new RunningDaemon(
                arguments, setup, launching, metrics, loop::view, stopping, audit, new Kept(stored, ends));
        Commands commands = new Commands(loop, control, setup.rules(), new TspFace());
        commands.adoptForegroundJobs();
        ControlServer server =
                ControlServer.open(arguments.socket(), setup.admission(), setup.control(), crash.around(commands));
        closings.push(server::close);
        Footing footing = new Footing(arguments.state(), arguments.socket(), new Footing.Lost() {
            // At once: what is closed in good order would be files of the daemon that comes next.
            @Override
            public void state() {
                Runtime.getRuntime().halt(0);
            }

            @Override
            public void socket() {
                stopping.unreachable();
            }
        });
        closings.push(footing::close);
        footing.start();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            stopping.signal();
                            close();
                        },
                        "stop"));
        LOG.info("gpuq {} answers at {}", Version.TEXT, arguments.socket());
    }

    /**
     * Waits for the word to stop, and stops.
     *
     * @return whether it was meant to: otherwise q-launch starts it again
     */
    boolean run() {
        Stopping.Why why = stopping.await();
        close();
        if (why == Stopping.Why.LAUNCHER_LOST && !arguments.shared()) {
            Launching.startAnew(Setup.home().resolve("bin/q"));
        }
        return why != Stopping.Why.FAULT && why != Stopping.Why.UNREACHABLE;
    }

    private void end(LastEnd ends) {
        switch (stopping.await()) {
            case ASKED, SIGNAL, UNREACHABLE, NOT_STARTED -> ends.endWell();
            case LAUNCHER_LOST -> {
                ends.note(new Crash(Crash.Victim.LAUNCHER, Instant.now(), "it was gone; a daemon cannot see how"));
                ends.endWell();
            }
            case FAULT -> {} // the next one notes it
        }
    }

    /** The last opened first. A room that does not close does not keep the others open. */
    private synchronized void close() {
        while (!closings.isEmpty()) {
            try {
                closings.pop().close();
            } catch (IOException | RuntimeException e) {
                LOG.warn("something did not close", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
