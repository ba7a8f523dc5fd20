package org.gpuq.daemon.poll;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.model.JobId;
import org.gpuq.daemon.poll.GpuReader.Listed;

/**
 * Says whose a process on a GPU is. Identity is pid and start time: a reused pid is nobody's heir. For one thread.
 */
public final class ProcessNaming {
    /** What a desktop draws with. It may hold a little memory on any GPU and hinders nobody. */
    private static final Set<String> DESKTOP = Set.of(
            "Xorg",
            "Xwayland",
            "X",
            "gnome-shell",
            "kwin_wayland",
            "kwin_x11",
            "plasmashell",
            "mutter",
            "sway",
            "weston",
            "cosmic-comp",
            "Hyprland",
            "gnome-remote-desktop-daemon");

    /** By its file, and by the name that the kernel cuts off after 15 characters. */
    private static final Set<String> MPS_SERVER = Set.of("nvidia-cuda-mps-server", "nvidia-cuda-mps");

    private static final long HARMLESS_MAX_BYTES = 512L << 20;

    private final Function<Integer, Optional<ProcessFacts>> proc;
    private final Supplier<? extends Collection<KnownJob>> jobs;
    private final Belonging belonging;
    private final ContainerNames containers;

    /** Processes of jobs, by pid: the driver lists one a while longer than /proc does. */
    private final Map<Integer, GpuProcess> ofJobs = new HashMap<>();

    /**
     * @param proc what /proc says of a pid; empty when there is no such process
     * @param marker looks into a process' environment
     * @param jobs the jobs that may be on a GPU now
     */
    ProcessNaming(
            Function<Integer, Optional<ProcessFacts>> proc,
            Belonging.Marker marker,
            ContainerNames containers,
            Supplier<? extends Collection<KnownJob>> jobs) {
        this.proc = proc;
        this.jobs = jobs;
        this.belonging = new Belonging(proc, marker);
        this.containers = containers;
    }

    public ProcessNaming(ProcFs proc, Supplier<? extends Collection<KnownJob>> jobs) {
        this(proc::process, proc::variable, new ContainerNames(), jobs);
    }

    /** Whether /proc knows it. */
    boolean there(long pid) {
        return proc.apply(Math.toIntExact(pid)).isPresent();
    }

    GpuProcess name(int pid, Listed listed) {
        Optional<ProcessFacts> facts = proc.apply(pid);
        if (facts.isEmpty()) {
            return departed(pid, listed);
        }
        Optional<JobId> job = belonging.of(facts.get(), jobs.get());
        Owner owner = job.isPresent() ? Owner.JOB : owner(facts.get(), listed);
        GpuProcess process = new GpuProcess(
                pid,
                Optional.of(facts.get().user()),
                facts.get().command(),
                listed.memoryBytes(),
                owner,
                job,
                detail(facts.get()));
        remember(process);
        return process;
    }

    private GpuProcess.Detail detail(ProcessFacts facts) {
        return new GpuProcess.Detail(
                OptionalLong.of(facts.startTicks()),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                facts.container().map(containers::of));
    }

    /** Not in /proc: one that ended a moment ago, whose memory the driver has still to take back, or one out of sight. */
    private GpuProcess departed(int pid, Listed listed) {
        Optional<GpuProcess> seen = Optional.ofNullable(ofJobs.get(pid));
        Optional<JobId> job = jobs.get().stream()
                .filter(known -> known.process().filter(it -> it.pid() == pid).isPresent()
                        || seen.flatMap(GpuProcess::job)
                                .filter(known.id()::equals)
                                .isPresent())
                .map(KnownJob::id)
                .findFirst();
        return new GpuProcess(
                pid,
                seen.flatMap(GpuProcess::user),
                seen.map(GpuProcess::command).orElse(""),
                listed.memoryBytes(),
                job.isPresent() ? Owner.JOB : Owner.UNKNOWN,
                job);
    }

    private void remember(GpuProcess process) {
        if (process.job().isEmpty()) {
            ofJobs.remove(process.pid());
        } else if (!process.equals(ofJobs.put(process.pid(), process))) {
            List<JobId> known = jobs.get().stream().map(KnownJob::id).toList();
            ofJobs.values()
                    .removeIf(other -> other.job().filter(known::contains).isEmpty());
        }
    }

    private static Owner owner(ProcessFacts process, Listed listed) {
        if (server(process, listed)) {
            return Owner.MPS;
        }
        return desktop(process, listed) ? Owner.DISPLAY : Owner.FOREIGN;
    }

    /**
     * It holds a context for programs that share the GPU through it. Those are listed by their own pids, with what memory
     * they take; without any it is only there.
     */
    private static boolean server(ProcessFacts process, Listed listed) {
        return MPS_SERVER.contains(process.program())
                && (listed.memoryBytes().isEmpty() || listed.memoryBytes().getAsLong() <= HARMLESS_MAX_BYTES);
    }

    /** What only draws is a desktop program; a known compositor is one even where the driver says that it computes. */
    private static boolean desktop(ProcessFacts process, Listed listed) {
        boolean small = listed.memoryBytes().orElse(Long.MAX_VALUE) <= HARMLESS_MAX_BYTES;
        return small && (listed.graphicsOnly() || DESKTOP.contains(process.program()));
    }
}
