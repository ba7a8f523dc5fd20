package org.gpuq.cli.tsp;

/** What task-spooler answers with a sentence on standard error and an exit code of its own. */
final class TspException extends Exception {
    static final int FAILED = 255;

    private static final String FROM_THE_SERVER = "Error in the request: ";

    private final String explanation;
    private final int status;

    private TspException(String message, String explanation, int status) {
        super(message);
        this.explanation = explanation;
        this.status = status;
    }

    /** @param message as task-spooler's client says it */
    static TspException of(String message) {
        return new TspException(message, "", FAILED);
    }

    /** @param explanation why and what to do, where task-spooler says too little; may be empty */
    static TspException of(String message, String explanation) {
        return new TspException(message, explanation, FAILED);
    }

    /** @param message as task-spooler's server says it */
    static TspException request(String message, String explanation) {
        return new TspException(FROM_THE_SERVER + message, explanation, FAILED);
    }

    static TspException exiting(String message, String explanation, int status) {
        return new TspException(message, explanation, status);
    }

    String explanation() {
        return explanation;
    }

    int status() {
        return status;
    }
}
