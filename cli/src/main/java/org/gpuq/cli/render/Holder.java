package org.gpuq.cli.render;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.gpuq.core.engine.State;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.model.JobId;

/** Who or what is on a GPU, in words. */
final class Holder {
    private static final int SHOWN = 3;
    private static final int LONGEST_PROGRAM = 32;

    private final State state;

    Holder(State state) {
        this.state = state;
    }

    String of(ObservedGpu gpu, GpuState gpuState) {
        return switch (gpuState) {
            case GpuState.Free free -> "-";
            case GpuState.Leased leased -> job(leased.job()) + intruders(gpu);
            case GpuState.Foreign foreign -> "! " + foreign(foreign.processes());
            case GpuState.Cooldown cooldown -> job(cooldown.job()) + ": " + Sanitize.text(cooldown.reason());
            case GpuState.Residual residual -> Sanitize.text(residual.reason());
            case GpuState.Unknown unknown -> Sanitize.text(unknown.reason());
            case GpuState.Quarantined quarantined -> Sanitize.text(quarantined.reason());
        };
    }

    /** Why it is not free, where its state alone does not say it. */
    Optional<String> reason(GpuState gpuState) {
        return switch (gpuState) {
            case GpuState.Free free -> Optional.empty();
            case GpuState.Leased leased -> Optional.empty();
            case GpuState.Foreign foreign -> Optional.of(foreign(foreign.processes()));
            case GpuState.Cooldown cooldown -> Optional.of(cooldown.reason());
            case GpuState.Residual residual -> Optional.of(residual.reason());
            case GpuState.Unknown unknown -> Optional.of(unknown.reason());
            case GpuState.Quarantined quarantined -> Optional.of(quarantined.reason());
        };
    }

    static Optional<JobId> job(GpuState gpuState) {
        return switch (gpuState) {
            case GpuState.Leased leased -> Optional.of(leased.job());
            case GpuState.Cooldown cooldown -> Optional.of(cooldown.job());
            case GpuState.Free free -> Optional.empty();
            case GpuState.Foreign foreign -> Optional.empty();
            case GpuState.Residual residual -> Optional.empty();
            case GpuState.Unknown unknown -> Optional.empty();
            case GpuState.Quarantined quarantined -> Optional.empty();
        };
    }

    private String job(JobId id) {
        return id
                + state.job(id)
                        .map(job -> " " + Sanitize.text(job.spec().user().name()))
                        .orElse("");
    }

    /** Processes that compute on a leased GPU and are not its job's. */
    private static String intruders(ObservedGpu gpu) {
        List<GpuProcess> others = gpu.processes().orElse(List.of()).stream()
                .filter(process -> process.owner() == GpuProcess.Owner.FOREIGN)
                .toList();
        return others.isEmpty() ? "" : "; ! " + foreign(others);
    }

    private static String foreign(List<GpuProcess> processes) {
        String shown = processes.stream().limit(SHOWN).map(Holder::process).collect(Collectors.joining(", "));
        int more = processes.size() - SHOWN;
        return shown
                + (more > 0 ? " and " + more + " more" : "")
                + (processes.size() == 1 ? " (not a q job)" : " (not q jobs)");
    }

    private static String process(GpuProcess process) {
        String user =
                process.user().map(found -> Sanitize.text(found.name()) + " ").orElse("");
        String program = program(process.command());
        return user + "pid " + process.pid() + (program.isEmpty() ? "" : " " + program);
    }

    /** The program's name without its directory and arguments. */
    private static String program(String command) {
        String path = command.strip().split(" ", 2)[0];
        return Text.fit(Sanitize.text(path.substring(path.lastIndexOf('/') + 1)), LONGEST_PROGRAM);
    }
}
