package org.gpuq.daemon.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Properties;
import org.sqlite.JDBC;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Opens the journal's database. First a look that cannot write: what is not ours, is newer than we are or is damaged is
 * refused as it is. Then for good, with a lock on the file that no other process gets past until it is closed.
 */
final class Database {
    private static final String SALVAGE =
            "what can be read of it is saved, and the rest set aside, by 'q daemon salvage'";

    private static final int APPLICATION_ID = 0x67707571;

    private Database() {}

    /** @return a connection in autocommit mode that holds the lock, the schema up to date */
    static Connection open(Path file) throws IOException {
        try {
            createPrivately(file);
            if (Files.size(file) > 0) {
                inspect(file);
            }
            return openForGood(file);
        } catch (SQLException e) {
            throw explain(file, e);
        }
    }

    /** Environments hold secrets: the file, and with it SQLite's own beside it, is for its owner alone. */
    private static void createPrivately(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
    }

    private static void inspect(Path file) throws IOException, SQLException {
        // A write-ahead log is there only when another daemon runs or the last one was killed. Without one the file is
        // complete in itself and can be read without as much as a lock.
        Path log = file.resolveSibling(file.getFileName() + "-wal");
        boolean unclean = Files.exists(log) && Files.size(log) > 0;
        boolean rollback = Files.exists(file.resolveSibling(file.getFileName() + "-journal"));
        String mode = unclean || rollback ? "?mode=ro" : "?mode=ro&immutable=1";
        try (Connection connection = connect(file, mode);
                Statement statement = connection.createStatement()) {
            int version = number(statement, "PRAGMA user_version");
            int application = number(statement, "PRAGMA application_id");
            boolean fresh = number(statement, "SELECT count(*) FROM sqlite_schema") == 0 && version == 0;
            if (application != APPLICATION_ID && !fresh) {
                throw new UnusableJournalException(
                        file + " is a database of another program; it was left as it is", null);
            }
            checkVersion(file, version);
            if (unclean) {
                check(file, statement);
            }
        }
    }

    static void check(Path file, Statement statement) throws IOException, SQLException {
        try (ResultSet result = statement.executeQuery("PRAGMA quick_check(1)")) {
            String verdict = result.next() ? result.getString(1) : "no answer";
            if (!"ok".equals(verdict)) {
                throw new UnusableJournalException(damaged(file, verdict), null);
            }
        }
    }

    static void checkVersion(Path file, int version) throws IOException {
        if (version > Migrations.LATEST) {
            throw new UnusableJournalException(
                    file + " was written by a newer gpuq (format " + version + ", this one knows up to "
                            + Migrations.LATEST + "); it was left as it is. Use the newer gpuq, or another directory",
                    null,
                    true);
        }
    }

    private static Connection openForGood(Path file) throws IOException, SQLException {
        Connection connection = connect(file, "");
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA locking_mode = EXCLUSIVE");
            statement.execute("PRAGMA synchronous = FULL");
            statement.execute("BEGIN EXCLUSIVE");
            int version = number(statement, "PRAGMA user_version");
            checkVersion(file, version);
            Migrations.migrate(connection, version);
            statement.execute("COMMIT");
            statement.execute("PRAGMA journal_mode = WAL");
            if (version < Migrations.LATEST) {
                // So that the version is in the file itself, for whoever looks at it without its log.
                statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            }
            return connection;
        } catch (SQLException | IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** What is left of a damaged one. */
    static Connection forReading(Path file) throws SQLException {
        Connection connection = connect(file, "");
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA writable_schema = ON"); // a schema that is damaged too is no reason to stop
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static Connection connect(Path file, String mode) throws SQLException {
        Properties properties = new Properties();
        // The driver would ask for the last row's id after every insert, a query of its own each.
        properties.setProperty("jdbc.get_generated_keys", "false");
        return JDBC.createConnection("jdbc:sqlite:" + file.toAbsolutePath().toUri() + mode, properties);
    }

    static int number(Statement statement, String query) throws SQLException {
        try (ResultSet result = statement.executeQuery(query)) {
            return result.next() ? result.getInt(1) : 0;
        }
    }

    /** What SQLite said, as a sentence that says what to do. */
    static IOException explain(Path file, SQLException e) {
        SQLiteErrorCode code = e instanceof SQLiteException own ? own.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
        return switch (code.code & 0xff) {
            case 5, 6 ->
                new UnusableJournalException(file + " is in use by another daemon; 'q daemon status' shows it", e);
            case 11 -> new UnusableJournalException(damaged(file, String.valueOf(e.getMessage())), e);
            case 26 ->
                new UnusableJournalException(
                        file + " is not a database of gpuq; it was left as it is. If it was one, " + SALVAGE, e);
            case 13 -> new IOException("no room to write " + file + ": the disk is full", e);
            case 8 -> new IOException(file + " cannot be written: it is read-only", e);
            default -> new IOException(file + ": " + e.getMessage(), e);
        };
    }

    private static String capital(String sentence) {
        return sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1);
    }

    static String damaged(Path file, String how) {
        return file + " is damaged (" + how + "); it was left as it is. " + capital(SALVAGE);
    }
}
