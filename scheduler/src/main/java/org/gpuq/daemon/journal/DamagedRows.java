package org.gpuq.daemon.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.gpuq.core.model.RawBytes;

/**
 * Reads the rows of a damaged database that can be read. A damaged page ends a walk through a table, so it is walked from
 * both ends, and what lies between is asked for one by one: that goes by another way through the pages.
 */
final class DamagedRows {
    /** So many rows are asked for one by one behind the last one that a walk found, when the other walk found none. */
    private static final long BEYOND = 20_000;

    /** And no more than so many between the two. */
    private static final long MOST_BETWEEN = 1_000_000;

    private final Connection connection;
    private boolean damaged;

    DamagedRows(Connection connection) {
        this.connection = connection;
    }

    /** A row's two columns. */
    record Row(String text, RawBytes body) {}

    /** Whether anything read so far could not be read whole. */
    boolean damaged() {
        return damaged;
    }

    /**
     * The rows of a table by their rowids.
     *
     * @param columns two names
     */
    NavigableMap<Long, Row> read(String table, String columns) {
        TreeMap<Long, Row> rows = new TreeMap<>();
        String select = "SELECT rowid, " + columns + " FROM " + table;
        if (walk(select + " ORDER BY rowid", rows)) {
            return rows;
        }
        damaged = true;
        long last = rows.isEmpty() ? -1 : rows.lastKey();
        TreeMap<Long, Row> tail = new TreeMap<>();
        boolean _ = walk(select + " ORDER BY rowid DESC", tail);
        long next = tail.isEmpty() ? last + BEYOND : tail.firstKey();
        rows.putAll(tail);
        between(select + " WHERE rowid = ?", last + 1, Math.min(next, last + MOST_BETWEEN), rows);
        return rows;
    }

    /** @return whether it came to the end */
    private boolean walk(String query, Map<Long, Row> rows) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                rows.put(row.getLong(1), new Row(row.getString(2), RawBytes.of(row.getBytes(3))));
            }
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private void between(String query, long from, long to, Map<Long, Row> rows) {
        for (long id = from; id < to; id++) {
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                statement.setLong(1, id);
                try (ResultSet row = statement.executeQuery()) {
                    if (row.next()) {
                        rows.put(id, new Row(row.getString(2), RawBytes.of(row.getBytes(3))));
                    }
                }
            } catch (SQLException e) {
                // This one lies on the damaged page, or the way to it does.
            }
        }
    }
}
