package org.gpuq.cli.render;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.gpuq.cli.render.Table.Cell;
import org.gpuq.cli.render.Table.Column;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.gpu.Judgement;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.model.GpuId;

/** The GPUs for a person, a row each. */
public final class GpuTable {
    private GpuTable() {}

    public static void appendTo(StringBuilder out, View view, Look look) {
        driver(out, view.gpus().driver(), look);
        if (view.gpus().gpus().isEmpty()) {
            return;
        }
        List<Column> columns = new ArrayList<>(List.of(
                new Column("GPU", true, 4),
                new Column("MODEL", false, look.wide() ? 28 : 14),
                new Column("STATE", false, 11)));
        if (look.wide()) {
            columns.add(new Column("FOR", true, 7));
        }
        columns.addAll(List.of(
                new Column("UTIL", true, 4),
                new Column("MEMORY", true, 17),
                new Column("TEMP", true, 4),
                new Column("POWER", true, 5),
                new Column("HOLDER", false, Integer.MAX_VALUE)));
        Table table = new Table(columns, Table.Overflow.BELOW);
        Holder holder = new Holder(view);
        Map<GpuId, Judgement> judgements = view.judgements();
        for (ObservedGpu gpu : view.gpus().gpus()) {
            Judgement judgement = Objects.requireNonNull(judgements.get(gpu.id()));
            table.row(cells(gpu, judgement, holder, view, look));
        }
        table.appendTo(out, look);
    }

    private static List<Cell> cells(ObservedGpu gpu, Judgement judgement, Holder holder, View view, Look look) {
        GpuState state = judgement.state();
        List<Cell> cells = new ArrayList<>(
                List.of(Cell.of(gpu.label()), Cell.of(model(gpu.name())), new Cell(state.word(), ink(state))));
        if (look.wide()) {
            cells.add(Cell.of(Humane.duration(
                    Duration.between(judgement.since(), view.now().wall()))));
        }
        cells.addAll(List.of(
                Cell.of(Humane.percent(gpu.utilization())),
                Cell.of(Humane.memory(gpu.memoryUsedBytes(), gpu.memoryTotalBytes())),
                Cell.of(Humane.celsius(gpu.temperatureCelsius())),
                Cell.of(Humane.watts(gpu.powerWatts())),
                new Cell(holder.of(gpu, state), holderInk(state))));
        return cells;
    }

    private static void driver(StringBuilder out, Driver driver, Look look) {
        switch (driver) {
            case Driver.Ready ready -> {
                if (ready.simulated()) {
                    out.append(Ink.ATTENTION.paint("These GPUs are simulated.", look))
                            .append('\n');
                }
            }
            case Driver.Absent absent ->
                out.append(Ink.ATTENTION.paint("No GPUs: " + Sanitize.text(absent.reason()) + ".", look))
                        .append(
                                "\nJobs without --gpu run all the same; 'q demo' shows gpuq at work on simulated GPUs.\n");
            case Driver.Failing failing ->
                out.append(Ink.BAD.paint(
                                "The driver does not answer as it should: " + Sanitize.text(failing.reason()) + ".",
                                look))
                        .append("\nNo GPU is given away meanwhile; running jobs go on.\n");
        }
    }

    /** Without the maker's name, which is the same for all. */
    static String model(String name) {
        String safe = Sanitize.text(name);
        return safe.startsWith("NVIDIA ") ? safe.substring("NVIDIA ".length()) : safe;
    }

    static Ink ink(GpuState state) {
        return switch (state) {
            case GpuState.Free free -> Ink.GOOD;
            case GpuState.Leased leased -> Ink.PLAIN;
            case GpuState.Foreign foreign -> Ink.BAD;
            case GpuState.Cooldown cooldown -> Ink.ATTENTION;
            case GpuState.Residual residual -> Ink.ATTENTION;
            case GpuState.Unknown unknown -> Ink.ATTENTION;
            case GpuState.Quarantined quarantined -> Ink.BAD;
            case GpuState.Drained drained -> Ink.ATTENTION;
        };
    }

    private static Ink holderInk(GpuState state) {
        return state instanceof GpuState.Foreign ? Ink.BAD : Ink.PLAIN;
    }
}
