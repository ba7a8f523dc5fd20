package org.gpuq.daemon.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;

/** Brings a database to the present schema: {@code 001.sql}, {@code 002.sql}, …, each once, all or none. */
final class Migrations {
    /** The number of the last file; a database says in user_version which it has had. */
    static final int LATEST = 1;

    private Migrations() {}

    /** @param connection inside a transaction, which the caller commits */
    static void migrate(Connection connection, int version) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (int next = version + 1; next <= LATEST; next++) {
                statement.executeUpdate(script(next));
                statement.executeUpdate("PRAGMA user_version = " + next);
            }
        }
    }

    private static String script(int number) {
        String name = "%03d.sql".formatted(number);
        try (InputStream in = Objects.requireNonNull(Migrations.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
