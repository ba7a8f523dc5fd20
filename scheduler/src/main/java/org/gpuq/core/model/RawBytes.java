package org.gpuq.core.model;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Bytes as the kernel gave them: an argument, an environment entry, a path. They need not be UTF-8 and come back exactly.
 *
 * @param latin1 one character a byte (ISO-8859-1), so that equality, hashing and compact storage are those of a String
 */
public record RawBytes(String latin1) {
    public RawBytes {
        for (int i = 0; i < latin1.length(); i++) {
            if (latin1.charAt(i) > 0xff) {
                throw new IllegalArgumentException(
                        "not a byte at " + i + ": U+" + Integer.toHexString(latin1.charAt(i)));
            }
        }
    }

    public static RawBytes of(byte[] bytes) {
        return new RawBytes(new String(bytes, ISO_8859_1));
    }

    /** The UTF-8 bytes of {@code text}. */
    public static RawBytes utf8(String text) {
        return of(text.getBytes(UTF_8));
    }

    public byte[] bytes() {
        return latin1.getBytes(ISO_8859_1);
    }

    public int length() {
        return latin1.length();
    }

    public boolean isEmpty() {
        return latin1.isEmpty();
    }

    /** The text for people: decoded as UTF-8, with U+FFFD where it is not. Control characters are still in it. */
    public String text() {
        return new String(bytes(), UTF_8);
    }

    @Override
    public String toString() {
        return text();
    }
}
