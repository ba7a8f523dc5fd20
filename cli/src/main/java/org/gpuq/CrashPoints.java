package org.gpuq;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.State;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.daemon.launch.LaunchEvent;
import org.gpuq.daemon.port.Client;
import org.gpuq.daemon.port.CommandHandler;
import org.gpuq.daemon.port.Journal;
import org.gpuq.daemon.port.Launcher;
import org.gpuq.daemon.port.Request;

/**
 * Where tests let the daemon die as by kill -9: every step between a client's frame and its answer, and between a verdict
 * and the exit record. They are put between the rooms when the system property {@code gpuq.crash} names a file, and are not
 * there otherwise. The file holds the name of one point; whoever comes there first takes the file away and dies.
 *
 * @param armed the file
 */
record CrashPoints(Optional<Path> armed) {
    private static final String PROPERTY = "gpuq.crash";
    private static final int AS_KILLED = 137;

    /** In the order in which a submission comes by; the name in the file is in lower case, with dashes. */
    enum Point {
        REQUEST_READ,
        DECIDED,
        DURABLE,
        ANSWERED,
        START_DUE,
        START_ORDERED,
        START_HEARD,
        EXIT_HEARD,
        EMPTY_HEARD,
        FORGET_DUE,
        ADOPT_DUE;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static CrashPoints fromProperties() {
        return new CrashPoints(Optional.ofNullable(System.getProperty(PROPERTY)).map(Path::of));
    }

    private static void at(Point point, Path file) {
        try {
            if (Files.exists(file) && Files.readString(file).equals(point.word()) && Files.deleteIfExists(file)) {
                Runtime.getRuntime().halt(AS_KILLED);
            }
        } catch (IOException e) {
            // Another process took it away between the two looks.
        }
    }

    CommandHandler around(CommandHandler commands) {
        return armed.<CommandHandler>map(file -> new DyingCommands(commands, file))
                .orElse(commands);
    }

    Journal around(Journal journal) {
        return armed.<Journal>map(file -> new DyingJournal(journal, file)).orElse(journal);
    }

    Launcher around(Launcher launcher) {
        return armed.<Launcher>map(file -> new DyingLauncher(launcher, file)).orElse(launcher);
    }

    Consumer<LaunchEvent> around(Consumer<LaunchEvent> news) {
        return armed.<Consumer<LaunchEvent>>map(file -> event -> {
                    heard(event).ifPresent(point -> at(point, file));
                    news.accept(event);
                })
                .orElse(news);
    }

    private static Optional<Point> heard(LaunchEvent event) {
        return switch (event) {
            case LaunchEvent.Started started -> Optional.of(Point.START_HEARD);
            case LaunchEvent.Exited exited -> Optional.of(Point.EXIT_HEARD);
            case LaunchEvent.Empty empty -> Optional.of(Point.EMPTY_HEARD);
            case LaunchEvent.Ready ready -> Optional.empty();
            case LaunchEvent.NotStarted not -> Optional.empty();
            case LaunchEvent.Gone gone -> Optional.empty();
            case LaunchEvent.Joined joined -> Optional.empty();
            case LaunchEvent.Counted counted -> Optional.empty();
            case LaunchEvent.Disconnected gone -> Optional.empty();
        };
    }

    private record DyingCommands(CommandHandler commands, Path file) implements CommandHandler {
        @Override
        public int run(Client client, Request request) throws InterruptedException {
            at(Point.REQUEST_READ, file);
            int status = commands.run(client, request);
            at(Point.ANSWERED, file);
            return status;
        }

        @Override
        public int resume(Client client, Token token) throws InterruptedException {
            return commands.resume(client, token);
        }
    }

    private record DyingJournal(Journal journal, Path file) implements Journal {
        @Override
        public State restore() throws IOException {
            return journal.restore();
        }

        @Override
        public void append(List<Event> events, State after) throws IOException {
            at(Point.DECIDED, file);
            journal.append(events, after);
            at(Point.DURABLE, file);
        }

        @Override
        public EnvironmentId keep(List<RawBytes> environment) throws IOException {
            return journal.keep(environment);
        }

        @Override
        public List<RawBytes> environment(EnvironmentId id) throws IOException {
            return journal.environment(id);
        }

        @Override
        public void close() throws IOException {
            journal.close();
        }
    }

    private record DyingLauncher(Launcher launcher, Path file) implements Launcher {
        @Override
        public void start(Token token, JobId job, JobSpec spec, List<RawBytes> environment, RawBytes output) {
            at(Point.START_DUE, file);
            launcher.start(token, job, spec, environment, output);
            at(Point.START_ORDERED, file);
        }

        @Override
        public void signal(Token token, int signal) {
            launcher.signal(token, signal);
        }

        @Override
        public void signalGroup(Token token, int signal) {
            launcher.signalGroup(token, signal);
        }

        @Override
        public void adopt(Token token) {
            at(Point.ADOPT_DUE, file);
            launcher.adopt(token);
        }

        @Override
        public void forget(Token token) {
            at(Point.FORGET_DUE, file);
            launcher.forget(token);
        }
    }
}
