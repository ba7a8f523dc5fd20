package org.gpuq.cli.render;

import org.gpuq.core.model.RawBytes;

/**
 * Makes text that a user chose safe to print. Whatever could move a cursor, change a title or reorder what is on the
 * screen becomes a visible escape, so no label, command or process name speaks to a terminal. Everything that is printed
 * for people goes through here.
 */
public final class Sanitize {
    private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;

    private Sanitize() {}

    /** The bytes as UTF-8, with U+FFFD where they are not, made safe. */
    public static String text(RawBytes bytes) {
        return printableAscii(bytes.latin1()) ? bytes.latin1() : escape(bytes.text());
    }

    public static String text(String text) {
        return printableAscii(text) ? text : escape(text);
    }

    /** Whether a character must not reach a terminal: controls (C0, DEL, C1), bidi marks and overrides, line separators. */
    public static boolean unsafe(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                true;
            // Joiners shape scripts and emoji; every other format character is invisible or turns the text around.
            case Character.FORMAT -> codePoint != ZERO_WIDTH_NON_JOINER && codePoint != ZERO_WIDTH_JOINER;
            default -> false;
        };
    }

    private static boolean printableAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c > 0x7e) {
                return false;
            }
        }
        return true;
    }

    private static String escape(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (!unsafe(c)) {
                safe.appendCodePoint(c);
            } else {
                safe.append(escaped(c));
            }
        });
        return safe.toString();
    }

    private static String escaped(int c) {
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> c < 0x100 ? String.format("\\x%02x", c) : String.format("\\u%04x", c);
        };
    }
}
