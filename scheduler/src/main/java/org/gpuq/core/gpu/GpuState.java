package org.gpuq.core.gpu;

import java.util.List;
import java.util.Optional;
import org.gpuq.core.model.JobId;

/** Whether a GPU can be given away, and if not, why. */
public sealed interface GpuState {
    record Free() implements GpuState {}

    record Leased(JobId job) implements GpuState {}

    /**
     * Processes of no job are on it.
     *
     * @param processes at least one
     */
    record Foreign(List<GpuProcess> processes) implements GpuState {}

    /**
     * Its job ended; processes or memory of it are still there.
     *
     * @param reason a sentence without a full stop
     */
    record Cooldown(JobId job, String reason) implements GpuState {}

    /**
     * Memory is in use and no process is known to hold it.
     *
     * @param reason a sentence without a full stop
     * @param job whose memory it was, when that is known
     */
    record Residual(String reason, Optional<JobId> job) implements GpuState {
        public Residual(String reason) {
            this(reason, Optional.empty());
        }
    }

    /**
     * What matters could not be read, or the last reading is too old.
     *
     * @param reason a sentence without a full stop
     */
    record Unknown(String reason) implements GpuState {}

    /**
     * It is not fit to be used.
     *
     * @param reason a sentence without a full stop
     */
    record Quarantined(String reason) implements GpuState {}

    /**
     * An administrator has taken it out of use.
     *
     * @param reason a sentence without a full stop, with the administrator's own words
     */
    record Drained(String reason) implements GpuState {}

    /** One lower-case word, for JSON, metrics and lists. */
    default String word() {
        return switch (this) {
            case Free free -> "free";
            case Leased leased -> "leased";
            case Foreign foreign -> "foreign";
            case Cooldown cooldown -> "cooldown";
            case Residual residual -> "residual";
            case Unknown unknown -> "unknown";
            case Quarantined quarantined -> "quarantined";
            case Drained drained -> "drained";
        };
    }

    /** Whether it could be given away if nobody held it: nobody waits for a GPU that is set aside. */
    default boolean fit() {
        return !(this instanceof Quarantined || this instanceof Drained);
    }
}
