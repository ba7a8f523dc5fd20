package org.gpuq.daemon.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.gpuq.core.engine.Event;
import org.gpuq.core.engine.State;
import org.gpuq.core.engine.Transitions;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.daemon.port.Journal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal in one SQLite file. An append is one transaction, synced to the disk. About every thousand events they
 * are folded into the rows of the jobs they concern, so that a restart reads rows and a short tail.
 *
 * <p>{@link #keep} and {@link #environment} are for every thread, the rest is for one.
 */
public final class SqliteJournal implements Journal {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteJournal.class);
    /** The number of the schema's last migration. */
    public static final int FORMAT = Migrations.LATEST;

    private static final int EVENTS_A_SNAPSHOT = 1_000;

    private final Path file;
    /** Also the lock for itself: environments are read by other threads. */
    private final Store store;

    private final Environments environments = new Environments();
    private final Set<EnvironmentId> stored = new HashSet<>();
    private final Changes changes = new Changes();
    private State durable = State.EMPTY;
    private long lastSeq;
    private int snapshotAfter = EVENTS_A_SNAPSHOT;

    private SqliteJournal(Path file, Store store) {
        this.file = file;
        this.store = store;
    }

    /**
     * Opens or creates the database; it belongs to this process until {@link #close}.
     *
     * @throws UnusableJournalException when another daemon has it, or it is none of ours, newer, or damaged; it is
     *     left as it was
     * @throws IOException when it cannot be opened or created
     */
    public static SqliteJournal open(Path file) throws IOException {
        Connection connection = Database.open(file);
        try {
            return new SqliteJournal(file, new Store(connection));
        } catch (SQLException e) {
            throw Database.explain(file, e);
        }
    }

    @Override
    public State restore() throws IOException {
        synchronized (store) {
            try {
                Snapshots.Snapshot snapshot = Snapshots.read(store.connection());
                snapshot.state().jobs().forEach(changes::stored);
                lastSeq = snapshot.seq();
                durable = replay(snapshot.state());
                readStored();
                return durable;
            } catch (SQLException e) {
                throw Database.explain(file, e);
            } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
                throw new UnusableJournalException(Database.damaged(file, String.valueOf(e.getMessage())), e);
            }
        }
    }

    private State replay(State snapshot) throws SQLException {
        State state = snapshot;
        Shared shared = new Shared();
        try (Statement statement = store.connection().createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT seq, type, body FROM event WHERE seq > " + lastSeq + " ORDER BY seq")) {
            while (row.next()) {
                lastSeq = row.getLong(1);
                Event event = EventFormat.read(row.getString(2), row.getBytes(3), shared);
                changes.happened(event, state);
                state = Transitions.apply(state, event);
            }
        }
        return state;
    }

    private void readStored() throws SQLException {
        try (Statement statement = store.connection().createStatement();
                ResultSet row = statement.executeQuery("SELECT sha256 FROM environment")) {
            while (row.next()) {
                stored.add(new EnvironmentId(row.getString(1)));
            }
        }
    }

    @Override
    public void append(List<Event> events, State after) throws IOException {
        synchronized (store) {
            Set<EnvironmentId> fresh = new HashSet<>();
            long now = System.currentTimeMillis();
            try {
                store.<IOException>transaction(() -> {
                    long seq = lastSeq;
                    for (Event event : events) {
                        if (event instanceof Event.Submitted submitted) {
                            for (EnvironmentId text : Changes.stored(submitted.spec())) {
                                storeEnvironment(text, fresh);
                            }
                        }
                        store.insert(++seq, now, event);
                    }
                });
            } catch (SQLException e) {
                throw Database.explain(file, e);
            }
            committed(events, after, fresh);
        }
    }

    private void storeEnvironment(EnvironmentId id, Set<EnvironmentId> fresh) throws SQLException, IOException {
        if (!stored.contains(id) && !fresh.contains(id)) {
            store.insert(id, environments.get(id).orElseThrow(() -> missing(id)));
            fresh.add(id);
        }
    }

    private void committed(List<Event> events, State after, Set<EnvironmentId> fresh) {
        stored.addAll(fresh);
        lastSeq += events.size();
        // A job that was submitted and forgotten in one batch is in neither state; its environment then stays
        // until the next start, when it has no job.
        events.forEach(event -> changes.happened(event, durable));
        durable = after;
        if (changes.events() >= snapshotAfter) {
            snapshot();
        }
    }

    /** Events that are not folded are not lost: when it fails it is tried again later. */
    private void snapshot() {
        List<EnvironmentId> orphans =
                stored.stream().filter(id -> !changes.used(id)).toList();
        Snapshots.Snapshot snapshot = new Snapshots.Snapshot(lastSeq, durable);
        try {
            store.<RuntimeException>transaction(
                    () -> Snapshots.write(store.connection(), snapshot, changes.jobs(), orphans));
        } catch (SQLException e) {
            snapshotAfter = changes.events() + EVENTS_A_SNAPSHOT;
            LOG.warn(
                    "The journal could not be folded: {}",
                    Database.explain(file, e).getMessage());
            return;
        }
        orphans.forEach(stored::remove);
        changes.saved();
        snapshotAfter = EVENTS_A_SNAPSHOT;
    }

    /**
     * A copy of it all in another file, complete in itself; thread-safe, and nothing is written meanwhile. It holds the
     * jobs' environments, so it is for its owner alone.
     *
     * @throws IOException when the file is there already or cannot be written
     */
    public void backup(Path copy) throws IOException {
        Files.createFile(copy, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        synchronized (store) {
            try (PreparedStatement statement = store.connection().prepareStatement("VACUUM INTO ?")) {
                statement.setString(1, copy.toString());
                statement.executeUpdate();
            } catch (SQLException e) {
                Files.deleteIfExists(copy);
                throw Database.explain(copy, e);
            }
        }
    }

    /** What it takes on the disk, its write-ahead log included; thread-safe. */
    public long bytes() {
        return file.toFile().length()
                + file.resolveSibling(file.getFileName() + "-wal").toFile().length();
    }

    @Override
    public EnvironmentId keep(List<RawBytes> environment) throws IOException {
        try {
            return environments.hold(environment);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public List<RawBytes> environment(EnvironmentId id) throws IOException {
        Optional<byte[]> recent = environments.get(id);
        byte[] body = recent.isPresent() ? recent.get() : load(id);
        return Environments.decode(body);
    }

    private byte[] load(EnvironmentId id) throws IOException {
        synchronized (store) {
            try {
                byte[] body = store.environment(id).orElseThrow(() -> missing(id));
                environments.put(id, body);
                return body;
            } catch (SQLException e) {
                throw Database.explain(file, e);
            }
        }
    }

    private static IOException missing(EnvironmentId id) {
        return new IOException("no environment is stored as " + id.sha256());
    }

    /** For tests: from now on the database has room for so many pages of 4 KiB and no more. */
    void limitPages(int pages) throws SQLException {
        try (Statement statement = store.connection().createStatement()) {
            statement.execute("PRAGMA max_page_count = " + pages);
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (store) {
            try (store) {
                if (changes.events() > 0) {
                    snapshot();
                }
            } catch (SQLException e) {
                throw Database.explain(file, e);
            }
        }
    }
}
