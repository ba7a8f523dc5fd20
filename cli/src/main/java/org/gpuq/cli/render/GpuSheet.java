package org.gpuq.cli.render;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.Judgement;
import org.gpuq.core.gpu.ObservedGpu;

/** All that is known of one GPU, a line a fact. */
public final class GpuSheet {
    private static final int KEY = 12;

    private final StringBuilder out;
    private final View view;
    private final Look look;

    private GpuSheet(StringBuilder out, View view, Look look) {
        this.out = out;
        this.view = view;
        this.look = look;
    }

    public static void appendTo(StringBuilder out, View view, ObservedGpu gpu, Look look) {
        new GpuSheet(out, view, look).append(gpu);
    }

    private void append(ObservedGpu gpu) {
        Judgement judgement = Objects.requireNonNull(view.judgements().get(gpu.id()));
        Holder holder = new Holder(view);
        out.append(Ink.HEADING.paint("GPU " + gpu.label(), look)).append("  ");
        out.append(GpuTable.ink(judgement.state()).paint(judgement.state().word(), look))
                .append('\n');
        line("holder", holder.of(gpu, judgement.state()));
        line("since", since(judgement));
        line("ends by", Sanitize.text(judgement.end()));
        line("model", Sanitize.text(gpu.name()));
        line("uuid", Sanitize.text(gpu.id().uuid()));
        gpu.facts().pci().ifPresent(pci -> line("pci", Sanitize.text(pci)));
        gpu.facts().minor().ifPresent(minor -> line("device file", "/dev/nvidia" + minor));
        nvLinks(gpu);
        line("utilization", Humane.percent(gpu.utilization()));
        line("memory", Humane.memory(gpu.memoryUsedBytes(), gpu.memoryTotalBytes()));
        line("temperature", Humane.celsius(gpu.temperatureCelsius()));
        line("power", Humane.watts(gpu.powerWatts()));
        gpu.troubles().forEach(trouble -> line("trouble", Sanitize.text(trouble.reason())));
        gpu.health().remarks().forEach(remark -> line("remark", Sanitize.text(remark)));
        Optional<List<GpuProcess>> processes = gpu.processes();
        if (processes.isEmpty()) {
            line("processes", "they cannot be listed");
        } else if (processes.get().isEmpty()) {
            line("processes", "none");
        } else {
            processes.get().forEach(process -> line("process", process(process)));
        }
        new GpuHistory(view, gpu.id()).lines(look, this::line);
    }

    private void nvLinks(ObservedGpu gpu) {
        view.gpus().gpus().stream()
                .filter(other -> gpu.facts().links().containsKey(other.id()))
                .forEach(other -> line("NVLink", gpu.facts().links().get(other.id()) + " to GPU " + other.label()));
    }

    private String since(Judgement judgement) {
        String ago =
                Humane.duration(Duration.between(judgement.since(), view.now().wall()));
        return look.terminal()
                ? Times.local(judgement.since(), look.zone()) + " (" + ago + " ago)"
                : Times.utc(judgement.since());
    }

    private String process(GpuProcess process) {
        String owner = switch (process.owner()) {
            case JOB -> "of job " + process.job().map(Object::toString).orElse("?");
            case FOREIGN -> "not of a q job";
            case DISPLAY -> "a desktop program";
            case MPS -> "an MPS server";
            case UNKNOWN -> "not to be found in /proc";
        };
        return process.pid()
                + process.user().map(user -> " " + Sanitize.text(user.name())).orElse("")
                + ", " + owner
                + (process.memoryBytes().isPresent()
                        ? ", " + Humane.bytes(process.memoryBytes().getAsLong())
                        : "")
                + process.age(view.now())
                        .map(age -> ", for " + Humane.duration(age))
                        .orElse("")
                + (process.detail().utilization().isPresent()
                        ? ", " + Humane.percent(process.detail().utilization()) + " of the GPU"
                        : "")
                + process.idle(view.now())
                        .map(idle -> ", idle for " + Humane.duration(idle))
                        .orElse("")
                + process.detail()
                        .container()
                        .map(name -> ", in container " + Sanitize.text(name))
                        .orElse("")
                + ": " + (process.command().isEmpty() ? "?" : Sanitize.text(process.command()));
    }

    private void line(String key, String value) {
        out.append(key).append(" ".repeat(KEY - key.length())).append(value).append('\n');
    }
}
