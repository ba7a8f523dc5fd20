package org.gpuq.daemon.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Set;
import org.gpuq.core.engine.State;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.EnvironmentId;
import org.gpuq.core.model.JobId;

/** Reads and writes the rows that events are folded into. The caller commits. */
final class Snapshots {
    private Snapshots() {}

    /**
     * @param seq the last event it holds
     * @param state as it was then
     */
    record Snapshot(long seq, State state) {}

    static Snapshot read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            long seq = 0;
            LedgerFormat.Ledger ledger = LedgerFormat.Ledger.EMPTY;
            try (ResultSet row = statement.executeQuery("SELECT seq, body FROM ledger")) {
                if (row.next()) {
                    seq = row.getLong(1);
                    ledger = LedgerFormat.read(row.getBytes(2));
                }
            }
            return new Snapshot(seq, Rebuild.state(JobRows.read(connection), ledger));
        }
    }

    /**
     * @param changed jobs whose rows are not as in {@code snapshot}; those it does not hold any more are deleted
     * @param orphans environments that no job has any more
     */
    static void write(Connection connection, Snapshot snapshot, Set<JobId> changed, Collection<EnvironmentId> orphans)
            throws SQLException {
        try (PreparedStatement upsert =
                        connection.prepareStatement("INSERT OR REPLACE INTO job (id, body) VALUES (?, ?)");
                PreparedStatement delete = connection.prepareStatement("DELETE FROM job WHERE id = ?")) {
            for (JobId id : changed) {
                Job job = snapshot.state().job(id).orElse(null);
                PreparedStatement statement = job == null ? delete : upsert;
                statement.setInt(1, id.value());
                if (job != null) {
                    statement.setString(2, JobFormat.write(job));
                }
                statement.executeUpdate();
            }
        }
        deleteEnvironments(connection, orphans);
        try (PreparedStatement ledger =
                        connection.prepareStatement("INSERT OR REPLACE INTO ledger (one, seq, body) VALUES (1, ?, ?)");
                Statement events = connection.createStatement()) {
            ledger.setLong(1, snapshot.seq());
            ledger.setString(2, LedgerFormat.write(snapshot.state()));
            ledger.executeUpdate();
            events.executeUpdate("DELETE FROM event");
        }
    }

    private static void deleteEnvironments(Connection connection, Collection<EnvironmentId> orphans)
            throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM environment WHERE sha256 = ?")) {
            for (EnvironmentId orphan : orphans) {
                delete.setString(1, orphan.sha256());
                delete.executeUpdate();
            }
        }
    }
}
