package org.gpuq.core.gpu;

/**
 * Something wrong with a GPU's health.
 *
 * @param reason a sentence without a full stop
 * @param mark names this very occurrence: an administrator who resumes the GPU accepts it and no other
 */
public record Trouble(Kind kind, String reason, String mark) {
    /** What is wrong, as the driver tells it. */
    public enum Kind {
        /** It does not answer, or is not listed any more; over when it answers again. */
        LOST,
        /** A critical XID was reported: an event, not a condition, so that nothing but a reset or a person ends it. */
        XID,
        /** The driver wants something done to it; over when it does not any more. */
        RECOVERY,
        /** Rows of its memory could not be remapped. */
        REMAP,
        /** Its memory has had errors that could not be corrected. */
        ECC;

        /** Whether it stays although later looks do not show it. */
        boolean lasts() {
            return this == XID;
        }
    }
}
