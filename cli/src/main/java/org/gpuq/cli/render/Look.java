package org.gpuq.cli.render;

import java.time.ZoneId;

/**
 * How output is to look.
 *
 * @param terminal for a person at a terminal; otherwise plain: no truncation, no relative times, UTC
 * @param columns the terminal's width in cells
 * @param color whether colours may be used
 * @param zone for times that a person reads
 */
public record Look(boolean terminal, int columns, boolean color, ZoneId zone) {
    /** From here on there is room to say more in one line. */
    private static final int WIDE = 100;

    public boolean wide() {
        return columns >= WIDE;
    }
}
