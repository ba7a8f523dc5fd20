package org.gpuq.nvml;

import java.nio.charset.StandardCharsets;

/** C strings in Java arrays. */
final class CStrings {
    private CStrings() {}

    static String decode(byte[] bytes) {
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    static byte[] encode(String text) {
        return (text + '\0').getBytes(StandardCharsets.UTF_8);
    }
}
