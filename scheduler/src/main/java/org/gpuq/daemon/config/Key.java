package org.gpuq.daemon.config;

/**
 * Something that can be configured.
 *
 * @param name dotted: table and key, as in {@code jobs.slots}
 * @param standard what holds when the file does not say
 * @param doc sentences for the reference
 */
public record Key<T>(String name, Kind<T> kind, T standard, String doc) {
    /** The default as it would be written in the file. */
    public String standardText() {
        return kind.show().apply(standard);
    }

    /** What may be written: it ends the sentence "must be …". */
    public String allowed() {
        return kind.allowed();
    }
}
