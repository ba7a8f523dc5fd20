package org.gpuq.core.engine;

import org.gpuq.core.model.JobId;

/**
 * Why a wish is not granted.
 *
 * @param kind decides the exit code
 * @param message what and why, a sentence without a full stop
 * @param hint what to do, or empty
 */
public record Refusal(Kind kind, String message, String hint) {
    /** Nobody has that number. */
    public static Refusal noJob(JobId id) {
        return new Refusal(Kind.NOT_FOUND, "there is no job " + id, "'q list --all' shows the jobs there are");
    }

    /** The kinds of refusal; {@link #exitCode} is what {@code q} exits with. */
    public enum Kind {
        FAILED(1, "failed"),
        /** There is no room for one more job now. */
        FULL(1, "full"),
        USAGE(2, "usage"),
        NOT_FOUND(3, "not_found"),
        NOT_PERMITTED(4, "not_permitted"),
        NO_DAEMON(5, "no_daemon"),
        /** The job that was waited for has been taken out of the list: it has no end of its own. */
        REMOVED(255, "removed");

        private final int exitCode;
        private final String code;

        Kind(int exitCode, String code) {
            this.exitCode = exitCode;
            this.code = code;
        }

        public int exitCode() {
            return exitCode;
        }

        /** The word in JSON errors. */
        public String code() {
            return code;
        }
    }
}
