package org.gpuq.core.gpu;

import java.util.Optional;

/**
 * What the looks before this one saw of a GPU, as far as it matters.
 *
 * @param sight what the last look saw, leases and pardons aside
 * @param sinceNanos since when all looks saw that, on the monotonic clock
 * @param looks how many looks in a row did
 * @param calmLooks looks in a row that saw neither a fault nor anybody's process
 */
public record Past(Sight sight, long sinceNanos, int looks, int calmLooks) {
    /** Of a GPU that nothing was ever seen on. */
    private static final int ALWAYS = 1_000_000;

    /** Nothing is known that speaks against it. */
    public static final Past NONE = new Past(Sight.CLEAR, 0, 1, ALWAYS);

    /** The first thing a look says of a GPU, by itself. */
    public enum Sight {
        CLEAR(true),
        FAULT(false),
        /** Its processes could not be listed. */
        UNLISTED(false),
        /** A process that is no job's is on it. */
        FOREIGN(false),
        MEMORY_UNREADABLE(true),
        /** Memory is in use that nobody accounts for. */
        MEMORY(true),
        /** It computes and nobody is listed. */
        BUSY(true);

        private final boolean calm;

        Sight(boolean calm) {
            this.calm = calm;
        }
    }

    /**
     * With one more look.
     *
     * @param before empty at the first look
     * @param nanos when that look began
     */
    public static Past after(Optional<Past> before, Sight sight, long nanos) {
        boolean same = before.isPresent() && before.get().sight == sight;
        int calm = sight.calm ? Math.min(before.map(Past::calmLooks).orElse(ALWAYS) + 1, ALWAYS) : 0;
        return new Past(
                sight,
                same ? before.get().sinceNanos : nanos,
                same ? Math.min(before.get().looks + 1, ALWAYS) : 1,
                calm);
    }
}
