package org.gpuq.daemon.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.gpuq.core.engine.Event;
import org.gpuq.core.model.EnvironmentId;

/**
 * The open database with what is written to it at every append. Transactions are begun and ended in SQL: after some
 * errors SQLite has rolled back by itself, and the driver's own book-keeping does not notice that.
 */
final class Store implements AutoCloseable {
    private static final int INSERT_EVENT = 0;
    private static final int INSERT_ENVIRONMENT = 1;
    private static final int SELECT_ENVIRONMENT = 2;
    private static final int BEGIN = 3;
    private static final int COMMIT = 4;
    private static final String[] SQL = {
        "INSERT INTO event (seq, at, type, body) VALUES (?, ?, ?, ?)",
        "INSERT INTO environment (sha256, body) VALUES (?, ?)",
        "SELECT body FROM environment WHERE sha256 = ?",
        "BEGIN IMMEDIATE",
        "COMMIT",
    };

    private final Connection connection;
    private final PreparedStatement[] prepared = new PreparedStatement[SQL.length];
    private boolean stale;

    /** @param connection in autocommit mode */
    Store(Connection connection) throws SQLException {
        this.connection = connection;
        prepare();
    }

    private void prepare() throws SQLException {
        for (int i = 0; i < SQL.length; i++) {
            prepared[i] = connection.prepareStatement(SQL[i]);
        }
    }

    /** The driver closes statements that fail without telling, so they are all made anew after an error. */
    private PreparedStatement statement(int which) throws SQLException {
        if (stale) {
            for (PreparedStatement old : prepared) {
                old.close();
            }
            prepare();
            stale = false;
        }
        return prepared[which];
    }

    Connection connection() {
        return connection;
    }

    /** Something to write. */
    interface Work<X extends Exception> {
        void run() throws SQLException, X;
    }

    /** Runs {@code work} as one transaction, durable when this returns; nothing of it is written when it throws. */
    <X extends Exception> void transaction(Work<X> work) throws SQLException, X {
        boolean done = false;
        statement(BEGIN).executeUpdate();
        try {
            work.run();
            statement(COMMIT).executeUpdate();
            done = true;
        } finally {
            if (!done) {
                stale = true;
                rollback();
            }
        }
    }

    /** Where the disk was full SQLite has rolled back already, and says so. */
    private void rollback() {
        try (Statement control = connection.createStatement()) {
            control.executeUpdate("ROLLBACK");
        } catch (SQLException e) {
            // The error that led here is the one to report.
        }
    }

    void insert(long seq, long atMillis, Event event) throws SQLException {
        PreparedStatement insert = statement(INSERT_EVENT);
        insert.setLong(1, seq);
        insert.setLong(2, atMillis);
        insert.setString(3, EventFormat.type(event));
        insert.setString(4, EventFormat.write(event));
        insert.executeUpdate();
    }

    void insert(EnvironmentId id, byte[] body) throws SQLException {
        PreparedStatement insert = statement(INSERT_ENVIRONMENT);
        insert.setString(1, id.sha256());
        insert.setBytes(2, body);
        insert.executeUpdate();
    }

    Optional<byte[]> environment(EnvironmentId id) throws SQLException {
        boolean done = false;
        try {
            PreparedStatement select = statement(SELECT_ENVIRONMENT);
            select.setString(1, id.sha256());
            try (ResultSet row = select.executeQuery()) {
                Optional<byte[]> body = row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
                done = true;
                return body;
            }
        } finally {
            stale |= !done;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
