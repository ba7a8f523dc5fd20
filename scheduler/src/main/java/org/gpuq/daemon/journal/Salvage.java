package org.gpuq.daemon.journal;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.JobState;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.JobId;

/**
 * Makes a queue of what can be read of a damaged journal. The damaged file is set aside, whole; whoever calls has been
 * told to, and holds the lock of the directory. At no moment is there no journal: a daemon that comes up in between finds
 * the damaged one, and refuses it.
 */
public final class Salvage {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Path file;
    private final Path directory;
    private final Path draft;

    private Salvage(Path file) {
        this.file = file;
        this.directory = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a directory");
        this.draft = file.resolveSibling(file.getFileName() + ".salvaged");
    }

    /**
     * What was done.
     *
     * @param aside where the damaged file is now; empty: nothing was wrong, and nothing was done
     * @param jobs how many could be saved
     * @param without jobs among them that have not run and whose environment is lost: they cannot start
     * @param lostRows rows that made no sense; how many could not be read at all, nobody knows
     * @param lostEvents the same of what had happened since the last snapshot
     */
    public record Report(Optional<Path> aside, int jobs, List<JobId> without, int lostRows, int lostEvents) {}

    /**
     * @param now for the name of what is set aside
     * @throws IOException when nothing could be done; the message is a sentence, and all is as it was
     */
    public static Report run(Path file, Instant now) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException("there is no " + file + ": nothing to salvage");
        }
        return new Salvage(file).run(now);
    }

    private Report run(Instant now) throws IOException {
        Path copy = file.resolveSibling(file.getFileName() + ".copy");
        try {
            for (String part : List.of("", "-wal")) {
                copyPart(copy, part);
            }
            Optional<String> damage = damage(copy);
            if (damage.isEmpty()) {
                return new Report(Optional.empty(), 0, List.of(), 0, 0);
            }
            // It may have been changed by being opened.
            for (String part : List.of("", "-wal")) {
                copyPart(copy, part);
            }
            Saved saved = read(copy);
            write(saved);
            Path aside = swap(now);
            return new Report(
                    Optional.of(aside),
                    saved.state().jobs().size(),
                    without(saved),
                    saved.lostRows(),
                    saved.lostEvents());
        } catch (SQLException e) {
            throw Database.explain(file, e);
        } finally {
            remove(copy);
            remove(draft);
        }
    }

    private void copyPart(Path copy, String part) throws IOException {
        Path from = part(file, part);
        Files.deleteIfExists(part(copy, part));
        Files.deleteIfExists(part(copy, "-shm"));
        if (Files.exists(from)) {
            Files.copy(from, part(copy, part), COPY_ATTRIBUTES);
        }
    }

    private static Path part(Path of, String part) {
        return of.resolveSibling(of.getFileName() + part);
    }

    private static void remove(Path database) throws IOException {
        for (String part : List.of("", "-wal", "-shm", "-journal")) {
            Files.deleteIfExists(part(database, part));
        }
    }

    /** Why the daemon would refuse it, or would read less of it than there is; a newer one is not damaged. */
    private Optional<String> damage(Path copy) throws IOException, SQLException {
        try (Connection connection = Database.forReading(copy);
                Statement statement = connection.createStatement()) {
            Database.checkVersion(file, Database.number(statement, "PRAGMA user_version"));
            Database.check(copy, statement);
        } catch (UnusableJournalException e) {
            if (e.newer()) {
                throw e;
            }
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (SQLException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
        try (SqliteJournal journal = SqliteJournal.open(copy)) {
            journal.restore();
            return Optional.empty();
        } catch (UnusableJournalException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Saved read(Path copy) throws SQLException {
        try (Connection connection = Database.forReading(copy)) {
            return Saved.of(connection);
        }
    }

    /** And reads it again, as the daemon will. */
    private void write(Saved saved) throws IOException, SQLException {
        remove(draft);
        List<JobId> all = new ArrayList<>();
        saved.state().jobs().forEach(job -> all.add(job.id()));
        try (Connection connection = Database.open(draft);
                Store store = new Store(connection)) {
            store.<SQLException>transaction(() -> {
                for (Map.Entry<EnvironmentId, byte[]> environment :
                        saved.environments().entrySet()) {
                    store.insert(environment.getKey(), environment.getValue());
                }
                Snapshots.write(
                        connection, new Snapshots.Snapshot(saved.seq(), saved.state()), Set.copyOf(all), List.of());
            });
        }
        try (SqliteJournal journal = SqliteJournal.open(draft)) {
            if (!journal.restore().equals(saved.state())) {
                throw new IOException("what was saved could not be read back: a fault in gpuq. Nothing was changed");
            }
        }
        sync(draft);
    }

    private Path swap(Instant now) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".damaged-" + STAMP.format(now));
        Files.createLink(aside, file);
        if (Files.exists(part(file, "-wal"))) {
            Files.createLink(part(aside, "-wal"), part(file, "-wal"));
        }
        sync(directory);
        // What a log says of the one file must never be taken for something about the other.
        Files.deleteIfExists(part(file, "-wal"));
        Files.deleteIfExists(part(file, "-shm"));
        Files.move(draft, file, ATOMIC_MOVE);
        sync(directory);
        return aside;
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static List<JobId> without(Saved saved) {
        List<JobId> without = new ArrayList<>();
        for (Job job : saved.state().jobs()) {
            if (job.state() instanceof JobState.Queued
                    && !saved.environments().containsKey(job.spec().environment())) {
                without.add(job.id());
            }
        }
        return without;
    }
}
