package org.gpuq.core.gpu;

import java.time.Duration;

/**
 * Where the rules draw their lines.
 *
 * @param calmLooks looks in a row without a fault or a foreign process before a GPU that had one counts as free
 * @param busyRatio a GPU that computes more than this, 0 to 1, with nobody listed on it, is not free
 * @param busyTime how long it must have done so; the driver's figure lags by up to a second
 * @param residualAfter memory of an ended job that stays for longer is an alert
 * @param shareReserveBytes memory of a shared GPU that is promised to nobody
 */
public record Thresholds(
        int calmLooks, double busyRatio, Duration busyTime, Duration residualAfter, long shareReserveBytes) {
    public static final Thresholds DEFAULT =
            new Thresholds(3, 0.10, Duration.ofSeconds(3), Duration.ofSeconds(60), 512L << 20);
}
