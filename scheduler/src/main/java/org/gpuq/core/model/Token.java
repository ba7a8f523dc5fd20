package org.gpuq.core.model;

import java.util.HexFormat;

/**
 * Names one start of one job: 128 random bits, drawn by the daemon. A job that were started again would get another.
 *
 * @param high the first eight bytes, big endian
 * @param low the last eight bytes, big endian
 */
public record Token(long high, long low) {
    /** @throws IllegalArgumentException if {@code hex} is not 32 hexadecimal digits */
    public static Token parse(String hex) {
        if (hex.length() != 32) {
            throw new IllegalArgumentException("a token has 32 hexadecimal digits: " + hex);
        }
        return new Token(HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32));
    }

    /** 32 hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}
