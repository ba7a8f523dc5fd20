package org.gpuq.cli.render;

import java.util.List;
import java.util.Map;
import org.gpuq.cli.render.Table.Cell;
import org.gpuq.cli.render.Table.Column;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuSnapshot.Driver;
import org.gpuq.core.gpu.GpuState;
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
        Table table = new Table(
                List.of(
                        new Column("GPU", true, 4),
                        new Column("MODEL", false, look.wide() ? 28 : 14),
                        new Column("STATE", false, 11),
                        new Column("UTIL", true, 4),
                        new Column("MEMORY", true, 17),
                        new Column("TEMP", true, 4),
                        new Column("POWER", true, 5),
                        new Column("HOLDER", false, Integer.MAX_VALUE)),
                Table.Overflow.BELOW);
        Holder holder = new Holder(view.state());
        Map<GpuId, GpuState> states = view.gpuStates();
        for (ObservedGpu gpu : view.gpus().gpus()) {
            GpuState state = states.getOrDefault(gpu.id(), new GpuState.Unknown("it has not been judged yet"));
            table.row(List.of(
                    Cell.of(Integer.toString(gpu.index())),
                    Cell.of(model(gpu.name())),
                    new Cell(state.word(), ink(state)),
                    Cell.of(Humane.percent(gpu.utilization())),
                    Cell.of(Humane.memory(gpu.memoryUsedBytes(), gpu.memoryTotalBytes())),
                    Cell.of(Humane.celsius(gpu.temperatureCelsius())),
                    Cell.of(Humane.watts(gpu.powerWatts())),
                    new Cell(holder.of(gpu, state), holderInk(state))));
        }
        table.appendTo(out, look);
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
    private static String model(String name) {
        String safe = Sanitize.text(name);
        return safe.startsWith("NVIDIA ") ? safe.substring("NVIDIA ".length()) : safe;
    }

    private static Ink ink(GpuState state) {
        return switch (state) {
            case GpuState.Free free -> Ink.GOOD;
            case GpuState.Leased leased -> Ink.PLAIN;
            case GpuState.Foreign foreign -> Ink.BAD;
            case GpuState.Cooldown cooldown -> Ink.ATTENTION;
            case GpuState.Residual residual -> Ink.ATTENTION;
            case GpuState.Unknown unknown -> Ink.ATTENTION;
            case GpuState.Quarantined quarantined -> Ink.BAD;
        };
    }

    private static Ink holderInk(GpuState state) {
        return state instanceof GpuState.Foreign ? Ink.BAD : Ink.PLAIN;
    }
}
