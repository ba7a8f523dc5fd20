package org.gpuq.cli.render;

/** Text in terminal cells: East Asian characters and emoji take two, combining marks none. */
public final class Text {
    private Text() {}

    /** Cells that already safe text takes. */
    public static int width(String text) {
        int cells = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            cells += width(text.codePointAt(i));
        }
        return cells;
    }

    /** {@code text} in at most {@code cells}, its end replaced by an ellipsis when it is too long. */
    public static String fit(String text, int cells) {
        if (cells <= 0) {
            return "";
        }
        if (text.length() <= cells / 2 || width(text) <= cells) {
            return text;
        }
        int used = 0;
        int end = 0;
        while (used + width(text.codePointAt(end)) <= cells - 1) {
            used += width(text.codePointAt(end));
            end += Character.charCount(text.codePointAt(end));
        }
        return text.substring(0, end) + "…";
    }

    /** Appends spaces until {@code cells} are filled. */
    static String padding(String text, int cells) {
        return " ".repeat(Math.max(0, cells - width(text)));
    }

    private static int width(int c) {
        if (c < 0x300) {
            return 1;
        }
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        return wide(c) ? 2 : 1;
    }

    /** The blocks that Unicode's EastAsianWidth calls wide, in whole: good enough to keep columns straight. */
    private static boolean wide(int c) {
        return (c >= 0x1100 && c <= 0x115f)
                || (c >= 0x2e80 && c <= 0xa4cf && c != 0x303f)
                || (c >= 0xac00 && c <= 0xd7a3)
                || (c >= 0xf900 && c <= 0xfaff)
                || (c >= 0xfe30 && c <= 0xfe6f)
                || (c >= 0xff00 && c <= 0xff60)
                || (c >= 0xffe0 && c <= 0xffe6)
                || (c >= 0x1f300 && c <= 0x1faff)
                || (c >= 0x20000 && c <= 0x3fffd);
    }
}
