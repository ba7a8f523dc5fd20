package org.gpuq.cli.render;

import java.util.ArrayList;
import java.util.List;

/** Columns of text for a terminal. The last column takes what is left of the width. Used by one thread. */
final class Table {
    private static final String GAP = "  ";
    private static final String INDENT = "     ";

    /**
     * @param right whether its cells end at the same place
     * @param most cells that it may take
     */
    record Column(String title, boolean right, int most) {}

    record Cell(String text, Ink ink) {
        static Cell of(String text) {
            return new Cell(text, Ink.PLAIN);
        }
    }

    /** What becomes of a last cell that is too long. */
    enum Overflow {
        CUT,
        /** It gets a line of its own below its row. */
        BELOW
    }

    private final List<Column> columns;
    private final Overflow overflow;
    private final List<List<Cell>> rows = new ArrayList<>();

    Table(List<Column> columns, Overflow overflow) {
        this.columns = columns;
        this.overflow = overflow;
        rows.add(columns.stream()
                .map(column -> new Cell(column.title(), Ink.HEADING))
                .toList());
    }

    void row(List<Cell> cells) {
        rows.add(cells);
    }

    void appendTo(StringBuilder out, Look look) {
        int last = columns.size() - 1;
        int[] widths = new int[last];
        int room = look.columns();
        for (int i = 0; i < last; i++) {
            int column = i;
            int needed = rows.stream()
                    .mapToInt(row -> Text.width(row.get(column).text()))
                    .max()
                    .orElse(0);
            widths[i] = Math.min(needed, columns.get(i).most());
            room -= widths[i] + GAP.length();
        }
        boolean heading = true;
        for (List<Cell> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < last; i++) {
                line.append(aligned(row.get(i), widths[i], columns.get(i).right(), look))
                        .append(GAP);
            }
            Cell rest = row.get(last);
            boolean below = overflow == Overflow.BELOW && !heading && Text.width(rest.text()) > room;
            if (!below) {
                line.append(rest.ink().paint(Text.fit(rest.text(), room), look));
            }
            out.append(line.toString().stripTrailing()).append('\n');
            if (below) {
                String text = Text.fit(rest.text(), look.columns() - INDENT.length());
                out.append(INDENT).append(rest.ink().paint(text, look)).append('\n');
            }
            heading = false;
        }
    }

    private static String aligned(Cell cell, int width, boolean right, Look look) {
        String text = Text.fit(cell.text(), width);
        String padding = Text.padding(text, width);
        String painted = cell.ink().paint(text, look);
        return right ? padding + painted : painted + padding;
    }
}
