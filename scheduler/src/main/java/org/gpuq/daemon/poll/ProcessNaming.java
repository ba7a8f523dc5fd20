package org.gpuq.daemon.poll;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.gpuq.core.gpu.GpuProcess;
import org.gpuq.core.gpu.GpuProcess.Owner;
import org.gpuq.core.job.JobProcess;
import org.gpuq.core.model.JobId;
import org.gpuq.daemon.poll.GpuReader.Listed;

/**
 * Says whose a process on a GPU is. Identity is pid and start time: a reused pid is nobody's heir. For one thread.
 */
public final class ProcessNaming {
    /**
     * A job whose processes may be on a GPU: it runs, or it ended and its GPUs cool down.
     *
     * @param process its first process
     */
    public record KnownJob(JobId id, JobProcess process) {}

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

    private static final long DESKTOP_MAX_BYTES = 512L << 20;
    private static final int MAX_ANCESTORS = 64;

    private final Function<Integer, Optional<ProcessFacts>> proc;
    private final Supplier<? extends Collection<KnownJob>> jobs;

    /** Processes of jobs, by pid: the driver lists one a while longer than /proc does. */
    private final Map<Integer, GpuProcess> ofJobs = new HashMap<>();

    /**
     * @param proc what /proc says of a pid; empty when there is no such process
     * @param jobs the jobs that may be on a GPU now
     */
    public ProcessNaming(
            Function<Integer, Optional<ProcessFacts>> proc, Supplier<? extends Collection<KnownJob>> jobs) {
        this.proc = proc;
        this.jobs = jobs;
    }

    GpuProcess name(int pid, Listed listed) {
        Optional<ProcessFacts> facts = proc.apply(pid);
        if (facts.isEmpty()) {
            return departed(pid, listed);
        }
        Optional<JobId> job = job(facts.get());
        Owner owner = job.isPresent() ? Owner.JOB : desktop(facts.get(), listed) ? Owner.DISPLAY : Owner.FOREIGN;
        GpuProcess process = new GpuProcess(
                pid, Optional.of(facts.get().user()), facts.get().command(), listed.memoryBytes(), owner, job);
        remember(process);
        return process;
    }

    /** Not in /proc: one that ended a moment ago, whose memory the driver has still to take back, or one out of sight. */
    private GpuProcess departed(int pid, Listed listed) {
        Optional<GpuProcess> seen = Optional.ofNullable(ofJobs.get(pid));
        Optional<JobId> job = jobs.get().stream()
                .filter(known -> known.process().pid() == pid
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

    private Optional<JobId> job(ProcessFacts process) {
        List<KnownJob> known = List.copyOf(jobs.get());
        return known.stream()
                .filter(job -> inCgroup(process, job) || inSession(process, job))
                .findFirst()
                .or(() -> ofAncestor(process, known))
                .map(KnownJob::id);
    }

    /**
     * By the cgroup's own name, which holds the start's token: a job's path begins where the hierarchy is mounted, the
     * one in /proc at its root, and either may be a part of the other in a container.
     */
    private static boolean inCgroup(ProcessFacts process, KnownJob job) {
        String cgroup = job.process().cgroup();
        String name = cgroup.substring(cgroup.lastIndexOf('/') + 1);
        return !name.isEmpty() && (process.cgroup() + "/").contains("/" + name + "/");
    }

    /** A session lives on in its members when its leader has gone, so its number cannot be another's meanwhile. */
    private static boolean inSession(ProcessFacts process, KnownJob job) {
        return process.session() == job.process().pid()
                && process.startTicks() >= job.process().startTicks();
    }

    private Optional<KnownJob> ofAncestor(ProcessFacts process, List<KnownJob> known) {
        Optional<ProcessFacts> ancestor = Optional.of(process);
        for (int depth = 0; depth < MAX_ANCESTORS && ancestor.isPresent(); depth++) {
            ProcessFacts at = ancestor.get();
            Optional<KnownJob> match = known.stream()
                    .filter(job ->
                            job.process().pid() == at.pid() && job.process().startTicks() == at.startTicks())
                    .findFirst();
            if (match.isPresent()) {
                return match;
            }
            ancestor = at.parent() <= 1 ? Optional.empty() : proc.apply(at.parent());
        }
        return Optional.empty();
    }

    /** What only draws is a desktop program; a known compositor is one even where the driver says that it computes. */
    private static boolean desktop(ProcessFacts process, Listed listed) {
        boolean small = listed.memoryBytes().orElse(Long.MAX_VALUE) <= DESKTOP_MAX_BYTES;
        return small && (listed.graphicsOnly() || DESKTOP.contains(process.program()));
    }
}
