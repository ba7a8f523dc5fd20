package org.gpuq;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.gpuq.daemon.journal.SqliteJournal;
import org.gpuq.daemon.port.DaemonControl.Crash;

/** What the daemon has written down of itself. */
record Kept(SqliteJournal journal, LastEnd ends) {
    void backup(Path file) throws IOException {
        journal.backup(file);
    }

    long bytes() {
        return journal.bytes();
    }

    Optional<Crash> lastCrash() {
        return ends.crash();
    }
}
