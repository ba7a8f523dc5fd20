package org.gpuq.daemon.journal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The database is not one to work with, and was left as it was. The message is a sentence for people. */
public final class UnusableJournalException extends IOException {
    UnusableJournalException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
