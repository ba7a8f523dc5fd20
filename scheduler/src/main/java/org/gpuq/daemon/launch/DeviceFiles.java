package org.gpuq.daemon.launch;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.gpuq.core.job.JobSpec;
import org.gpuq.core.model.JobId;

/** Which GPUs' device files a job that is about to start may open. */
@FunctionalInterface
public interface DeviceFiles {
    /** Jobs are not confined. */
    DeviceFiles OPEN = (job, spec) -> Optional.empty();

    /** @return empty: all that its user may */
    Optional<Own> of(JobId job, JobSpec spec);

    /** A job's own GPUs, as q-launch wants them. */
    final class Own {
        private static final int BYTES = 32;

        /** Above it are the minor numbers of nvidia-modeset and nvidiactl. */
        private static final int MAX_MINOR = 253;

        /** They are to be kept to, but nobody knows which they are: the job is not started. */
        public static final Own UNKNOWN = new Own(new byte[0]);

        private final byte[] bits;

        private Own(byte[] bits) {
            this.bits = bits;
        }

        /**
         * @param minors the N of each {@code /dev/nvidiaN}; empty: not known
         * @return {@link #UNKNOWN} unless all are known
         */
        public static Own of(List<OptionalInt> minors) {
            byte[] bits = new byte[BYTES];
            for (OptionalInt minor : minors) {
                if (minor.isEmpty() || minor.getAsInt() < 0 || minor.getAsInt() > MAX_MINOR) {
                    return UNKNOWN;
                }
                bits[minor.getAsInt() / Byte.SIZE] |= (byte) (1 << minor.getAsInt() % Byte.SIZE);
            }
            return new Own(bits);
        }

        /** A bit for each minor number, or nothing. */
        byte[] bits() {
            return Arrays.copyOf(bits, bits.length);
        }
    }
}
