package org.gpuq.core.engine;

/**
 * How many CPU slots somebody asked for while the daemon ran. The last word counts: it outlives the daemon, and gives way
 * once the configuration says another number than it did.
 *
 * @param slots at least 1
 * @param configured what the configuration said at the time
 */
public record SlotsSet(int slots, int configured) {
    public SlotsSet {
        if (slots < 1) {
            throw new IllegalArgumentException("there must be at least 1 slot: " + slots);
        }
    }
}
