package org.gpuq.core.engine;

import org.gpuq.core.model.JobId;

/**
 * Something about a job that its owner and the administrators should look at.
 *
 * @param text a sentence about "it" without a full stop; the same for as long as the matter lasts
 */
public record Concern(JobId job, Kind kind, String text) {
    /** The kinds of concern. */
    public enum Kind {
        /** A process of the job is on a GPU that the job has not got. */
        STRAY,
        /** It was to end, and was killed, and something of it is still there. */
        OUTLIVES_CANCEL
    }
}
