package org.gpuq.cli.render;

import picocli.CommandLine.Help.Ansi.Style;

/** Colours by what they mean. They only repeat what the words say. */
public enum Ink {
    PLAIN(Style.reset),
    GOOD(Style.fg_green),
    ATTENTION(Style.fg_yellow),
    BAD(Style.fg_red),
    QUIET(Style.faint),
    HEADING(Style.bold);

    private final Style style;

    Ink(Style style) {
        this.style = style;
    }

    String paint(String text, Look look) {
        return !look.color() || this == PLAIN || text.isEmpty() ? text : style.on() + text + style.off();
    }
}
