package org.gpuq.daemon.journal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The database is not one to work with, and was left as it was. The message is a sentence for people. */
public final class UnusableJournalException extends IOException {
    private final boolean newer;

    UnusableJournalException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    /** @param newer whether nothing is wrong with it: a newer gpuq has written it */
    UnusableJournalException(String message, @Nullable Throwable cause, boolean newer) {
        super(message, cause);
        this.newer = newer;
    }

    boolean newer() {
        return newer;
    }
}
