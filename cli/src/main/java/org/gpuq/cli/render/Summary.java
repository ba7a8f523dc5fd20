package org.gpuq.cli.render;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.gpuq.core.engine.Concern;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.GpuState;

/** The line that answers "can I run now?". */
final class Summary {
    private static final String SEPARATOR = " · ";

    private Summary() {}

    static void appendTo(StringBuilder out, View view, Look look) {
        int used = 0;
        List<Table.Cell> parts = new ArrayList<>(List.of(gpus(view), slots(view), jobs(view)));
        parts.addAll(concerns(view));
        for (Table.Cell part : parts) {
            int width = Text.width(part.text());
            if (used > 0 && used + SEPARATOR.length() + width > look.columns()) {
                out.append('\n');
                used = 0;
            }
            if (used > 0) {
                out.append(SEPARATOR);
                used += SEPARATOR.length();
            }
            out.append(part.ink().paint(Text.fit(part.text(), look.columns()), look));
            used += width;
        }
        out.append('\n');
    }

    private static Table.Cell gpus(View view) {
        return switch (view.gpus().driver()) {
            case Driver.Absent absent -> new Table.Cell("no GPUs: " + Sanitize.text(absent.reason()), Ink.ATTENTION);
            case Driver.Failing failing -> new Table.Cell("GPUs unknown: " + Sanitize.text(failing.reason()), Ink.BAD);
            case Driver.Ready ready -> gpus(view.gpuStates(), ready);
        };
    }

    private static Table.Cell gpus(Map<?, GpuState> states, Driver.Ready driver) {
        Map<String, Long> byWord = states.values().stream()
                .collect(Collectors.groupingBy(GpuState::word, TreeMap::new, Collectors.counting()));
        long free = byWord.getOrDefault("free", 0L);
        String others = byWord.entrySet().stream()
                .filter(entry -> !entry.getKey().equals("free"))
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        String text = (driver.simulated() ? "simulated GPUs " : "GPUs ") + free + "/" + states.size() + " free"
                + (others.isEmpty() ? "" : " (" + others + ")");
        return new Table.Cell(text, free > 0 ? Ink.GOOD : Ink.ATTENTION);
    }

    private static Table.Cell slots(View view) {
        int slots = view.slots();
        int free = Math.max(0, slots - view.state().slotsTaken());
        return new Table.Cell("CPU slots " + free + "/" + slots + " free", free > 0 ? Ink.GOOD : Ink.ATTENTION);
    }

    /** Named, so that one knows which to look at. */
    private static List<Table.Cell> concerns(View view) {
        List<Table.Cell> cells = new ArrayList<>();
        for (Concern.Kind kind : Concern.Kind.values()) {
            String jobs = view.concerns().stream()
                    .filter(concern -> concern.kind() == kind)
                    .map(concern -> concern.job().toString())
                    .distinct()
                    .collect(Collectors.joining(", "));
            if (!jobs.isEmpty()) {
                cells.add(new Table.Cell("! " + word(kind) + ": " + jobs, Ink.BAD));
            }
        }
        return cells;
    }

    private static String word(Concern.Kind kind) {
        return switch (kind) {
            case STRAY -> "on GPUs they have not got";
            case OUTLIVES_CANCEL -> "not gone after KILL";
        };
    }

    private static Table.Cell jobs(View view) {
        List<String> parts = new ArrayList<>();
        parts.add(view.state().active().size() + " running");
        parts.add(view.state().queued() + " queued");
        return Table.Cell.of(String.join(", ", parts));
    }
}
