package org.gpuq.core.engine;

import java.time.Duration;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.gpu.Thresholds;

/**
 * What the decisions depend on and an administrator may set.
 *
 * @param slots CPU jobs that may run at once, at least 1
 * @param cancelGrace from TERM to KILL
 * @param snapshotMaxAge a poll begun longer ago admits nothing
 * @param baselineBytes a GPU with at most this much memory in use counts as empty, if it is more than
 *     {@code baselineRatio} of the total
 * @param baselineRatio see there, 0 to 1
 * @param keepEnded finished jobs kept in the list; older ones are forgotten
 * @param maxQueued jobs that may wait at once, of all users
 * @param thresholds where the rules about GPUs draw their lines
 * @param users what one user may have at once
 * @param keepEndedFor how long a finished job is kept by the wall clock, even when there are few; zero: for ever
 * @param reachesAdopted whether the daemon may signal processes that it did not start
 */
public record Settings(
        int slots,
        Duration cancelGrace,
        Duration snapshotMaxAge,
        long baselineBytes,
        double baselineRatio,
        int keepEnded,
        int maxQueued,
        Thresholds thresholds,
        UserLimits users,
        Duration keepEndedFor,
        boolean reachesAdopted) {
    public static final Settings DEFAULT =
            new Settings(1, Duration.ofSeconds(10), Duration.ofSeconds(5), 512L << 20, 0.01, 10_000, 100_000);

    /** Memory in use, bytes, up to which a GPU counts as empty. */
    public long baseline(ObservedGpu gpu) {
        long share = (long) (gpu.memoryTotalBytes().orElse(0) * baselineRatio);
        return Math.max(baselineBytes, share);
    }

    /** Finished jobs are kept however old they are, by a daemon that runs as the user whose processes it adopts. */
    public Settings(
            int slots,
            Duration cancelGrace,
            Duration snapshotMaxAge,
            long baselineBytes,
            double baselineRatio,
            int keepEnded,
            int maxQueued,
            Thresholds thresholds,
            UserLimits users) {
        this(
                slots,
                cancelGrace,
                snapshotMaxAge,
                baselineBytes,
                baselineRatio,
                keepEnded,
                maxQueued,
                thresholds,
                users,
                Duration.ZERO,
                true);
    }

    /** Of a daemon of everybody's, without any rights over their processes. */
    public Settings withoutReach() {
        return new Settings(
                slots,
                cancelGrace,
                snapshotMaxAge,
                baselineBytes,
                baselineRatio,
                keepEnded,
                maxQueued,
                thresholds,
                users,
                keepEndedFor,
                false);
    }

    /** The usual thresholds, and no limits of users. */
    public Settings(
            int slots,
            Duration cancelGrace,
            Duration snapshotMaxAge,
            long baselineBytes,
            double baselineRatio,
            int keepEnded,
            int maxQueued) {
        this(
                slots,
                cancelGrace,
                snapshotMaxAge,
                baselineBytes,
                baselineRatio,
                keepEnded,
                maxQueued,
                Thresholds.DEFAULT,
                UserLimits.NONE);
    }
}
