package org.gpuq.core.engine;

/**
 * Why a wish is not granted.
 *
 * @param kind decides the exit code
 * @param message what and why, a sentence without a full stop
 * @param hint what to do, or empty
 */
public record Refusal(Kind kind, String message, String hint) {
    /** The kinds of refusal; {@link #exitCode} is what {@code q} exits with. */
    public enum Kind {
        FAILED(1, "failed"),
        USAGE(2, "usage"),
        NOT_FOUND(3, "not_found"),
        NOT_PERMITTED(4, "not_permitted"),
        NO_DAEMON(5, "no_daemon");

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
