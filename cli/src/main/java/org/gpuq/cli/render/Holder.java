package org.gpuq.cli.render;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.gpuq.core.engine.View;
import org.gpuq.core.gpu.GpuLedger;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuState;
import org.gpuq.core.gpu.ObservedGpu;
import org.gpuq.core.model.JobId;

/** Who or what is on a GPU, in words. */
final class Holder {
    private static final int SHOWN = 3;
    private static final int LONGEST_PROGRAM = 32;
    private static final Duration IDLE = Duration.ofMinutes(1);

    private final View view;

    Holder(View view) {
        this.view = view;
    }

    String of(ObservedGpu gpu, GpuState gpuState) {
        String holder = switch (gpuState) {
            case GpuState.Free free -> "-";
            case GpuState.Leased leased -> jobs(gpu) + intruders(gpu);
            case GpuState.Foreign foreign -> "! " + foreign(foreign.processes());
            case GpuState.Cooldown cooldown -> job(cooldown.job()) + ": " + Sanitize.text(cooldown.reason());
            case GpuState.Residual residual -> Sanitize.text(residual.reason());
            case GpuState.Unknown unknown -> Sanitize.text(unknown.reason());
            case GpuState.Quarantined quarantined -> Sanitize.text(quarantined.reason());
            case GpuState.Drained drained -> Sanitize.text(drained.reason());
        };
        String remarks = Sanitize.text(String.join(", ", gpu.health().remarks()));
        return holder + ignored(gpu) + (remarks.isEmpty() ? "" : "; " + remarks);
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
            case GpuState.Drained drained -> Optional.of(drained.reason());
        };
    }

    static Optional<JobId> job(GpuState gpuState) {
        return switch (gpuState) {
            case GpuState.Leased leased -> Optional.of(leased.job());
            case GpuState.Cooldown cooldown -> Optional.of(cooldown.job());
            case GpuState.Residual residual -> residual.job();
            case GpuState.Free free -> Optional.empty();
            case GpuState.Foreign foreign -> Optional.empty();
            case GpuState.Unknown unknown -> Optional.empty();
            case GpuState.Quarantined quarantined -> Optional.empty();
            case GpuState.Drained drained -> Optional.empty();
        };
    }

    /** One job, or those that share it. */
    private String jobs(ObservedGpu gpu) {
        return view.state().sortedLeases().values().stream()
                .filter(lease -> lease.gpus().contains(gpu.id()))
                .map(lease -> job(lease.job()))
                .collect(Collectors.joining(", "));
    }

    private String job(JobId id) {
        return id
                + view.state()
                        .job(id)
                        .map(job -> " " + Sanitize.text(job.spec().user().name()))
                        .orElse("");
    }

    /** Processes that compute on a leased GPU and are not its job's. */
    private String intruders(ObservedGpu gpu) {
        List<GpuProcess> others = gpu.processes().orElse(List.of()).stream()
                .filter(process -> (process.owner() == GpuProcess.Owner.FOREIGN
                                && pardon(process).isEmpty())
                        || view.stray(gpu.id(), process))
                .toList();
        return others.isEmpty() ? "" : "; ! " + foreign(others);
    }

    /** Those that do not count because somebody said so: nobody should have to wonder. */
    private String ignored(ObservedGpu gpu) {
        return gpu.processes().orElse(List.of()).stream()
                .flatMap(process -> pardon(process).stream()
                        .map(pardon -> "; " + process(process) + " is ignored by "
                                + Sanitize.text(pardon.by().name()) + " for "
                                + Humane.duration(left(pardon)) + " more"
                                + (pardon.reason().isEmpty() ? "" : ": " + Sanitize.text(pardon.reason()))))
                .collect(Collectors.joining());
    }

    Optional<GpuLedger.Pardon> pardon(GpuProcess process) {
        return view.state()
                .gpus()
                .pardon(process)
                .filter(pardon -> !left(pardon).isNegative());
    }

    Duration left(GpuLedger.Pardon pardon) {
        return Duration.ofNanos(pardon.untilMonotonicNanos() - view.now().monotonicNanos());
    }

    private String foreign(List<GpuProcess> processes) {
        String shown = processes.stream().limit(SHOWN).map(this::process).collect(Collectors.joining(", "));
        int more = processes.size() - SHOWN;
        return shown
                + (more > 0 ? " and " + more + " more" : "")
                + (processes.stream().anyMatch(process -> process.job().isPresent())
                        ? " (on a GPU that is not its job's)"
                        : processes.size() == 1 ? " (not a q job)" : " (not q jobs)");
    }

    private String process(GpuProcess process) {
        String user =
                process.user().map(found -> Sanitize.text(found.name()) + " ").orElse("");
        String program = program(process.command());
        String container = process.detail()
                .container()
                .map(name -> " in container " + Sanitize.text(name))
                .orElse("");
        String idle = process.idle(view.now())
                .filter(time -> time.compareTo(IDLE) >= 0)
                .map(time -> ", idle for " + Humane.duration(time))
                .orElse("");
        return user + "pid " + process.pid() + (program.isEmpty() ? "" : " " + program) + container + idle;
    }

    /** The program's name without its directory and arguments. */
    private static String program(String command) {
        String path = command.strip().split(" ", 2)[0];
        return Text.fit(Sanitize.text(path.substring(path.lastIndexOf('/') + 1)), LONGEST_PROGRAM);
    }
}
