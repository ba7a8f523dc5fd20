package org.gpuq.daemon.poll;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.gpuq.core.gpu.ProcessKey;
import org.gpuq.core.model.JobId;

/**
 * Which job a process belongs to, the first answer wins: its control group, its container, the token in its environment,
 * its session, its ancestors, and what an earlier look found. For one thread.
 */
final class Belonging {
    private static final String MARKER = "GPUQ_TOKEN";
    private static final int MAX_ANCESTORS = 64;
    private static final int MOST_REMEMBERED = 4096;

    private final Function<Integer, Optional<ProcessFacts>> proc;
    private final Marker marker;

    /** Containers in which processes of a job were found before anybody else's. */
    private final Map<String, JobId> containers = new HashMap<>();

    private final Set<String> othersContainers = new HashSet<>();
    private final Map<ProcessKey, Optional<String>> markers = new HashMap<>();

    /** Processes that were found to be of a start, by its token: one whose parents have ended has no ancestors any more. */
    private final Map<ProcessKey, String> members = new HashMap<>();

    /** Looks up a variable of the environment that a process was started with. */
    interface Marker {
        Optional<String> of(int pid, String variable);
    }

    Belonging(Function<Integer, Optional<ProcessFacts>> proc, Marker marker) {
        this.proc = proc;
        this.marker = marker;
    }

    Optional<JobId> of(ProcessFacts process, Collection<KnownJob> jobs) {
        List<KnownJob> known = List.copyOf(jobs);
        Optional<JobId> job = first(known, it -> inCgroup(process, it))
                .or(() -> ofContainer(process, known))
                .or(() -> first(known, it -> marked(process, it)))
                .or(() -> first(known, it -> inSession(process, it)))
                .or(() -> descended(process, known))
                .or(() -> first(known, it -> remembered(process, it)));
        process.container().ifPresent(container -> remember(container, job));
        return job;
    }

    /** By its ancestors, which may be gone at the next look. */
    private Optional<JobId> descended(ProcessFacts process, List<KnownJob> known) {
        Optional<JobId> job = ofAncestor(process, known);
        job.ifPresent(id -> remember(process, id, known));
        return job;
    }

    private boolean remembered(ProcessFacts process, KnownJob job) {
        String token = members.get(new ProcessKey(process.pid(), process.startTicks()));
        return token != null && !token.isEmpty() && token.equals(job.token());
    }

    private void remember(ProcessFacts process, JobId job, List<KnownJob> known) {
        if (members.size() > MOST_REMEMBERED) {
            members.clear();
        }
        known.stream()
                .filter(it -> it.id().equals(job))
                .findFirst()
                .ifPresent(it -> members.put(new ProcessKey(process.pid(), process.startTicks()), it.token()));
    }

    private static Optional<JobId> first(List<KnownJob> known, java.util.function.Predicate<KnownJob> rule) {
        return known.stream().filter(rule).findFirst().map(KnownJob::id);
    }

    /** A container that somebody else was seen in is not a job's, whoever is found in it later. */
    private void remember(String container, Optional<JobId> job) {
        if (containers.size() + othersContainers.size() > MOST_REMEMBERED) {
            containers.clear();
            othersContainers.clear();
        }
        if (job.isEmpty()) {
            othersContainers.add(container);
        } else if (!othersContainers.contains(container)) {
            containers.putIfAbsent(container, job.get());
        }
    }

    private Optional<JobId> ofContainer(ProcessFacts process, List<KnownJob> known) {
        return process.container()
                .map(containers::get)
                .filter(job -> known.stream().anyMatch(it -> it.id().equals(job)));
    }

    /**
     * By the cgroup's own name, which holds the start's token: a job's path begins where the hierarchy is mounted, the
     * one in /proc at its root, and either may be a part of the other in a container.
     */
    private static boolean inCgroup(ProcessFacts process, KnownJob job) {
        String cgroup = job.process().map(it -> it.cgroup()).orElse("");
        String name = cgroup.substring(cgroup.lastIndexOf('/') + 1);
        return !name.isEmpty() && (process.cgroup() + "/").contains("/" + name + "/");
    }

    private boolean marked(ProcessFacts process, KnownJob job) {
        return !job.token().isEmpty()
                && process.user().uid() == job.uid()
                && marker(process).filter(job.token()::equals).isPresent();
    }

    /** It does not change after the start of the program, and reading it costs more than the rest. */
    private Optional<String> marker(ProcessFacts process) {
        if (markers.size() > MOST_REMEMBERED) {
            markers.clear();
        }
        return markers.computeIfAbsent(
                new ProcessKey(process.pid(), process.startTicks()), key -> marker.of(process.pid(), MARKER));
    }

    /** A session lives on in its members when its leader has gone, so its number cannot be another's meanwhile. */
    private static boolean inSession(ProcessFacts process, KnownJob job) {
        return job.process()
                .filter(leader -> process.session() == leader.pid() && process.startTicks() >= leader.startTicks())
                .isPresent();
    }

    private Optional<JobId> ofAncestor(ProcessFacts process, List<KnownJob> known) {
        Optional<ProcessFacts> ancestor = Optional.of(process);
        for (int depth = 0; depth < MAX_ANCESTORS && ancestor.isPresent(); depth++) {
            ProcessFacts at = ancestor.get();
            Optional<JobId> match = first(
                    known,
                    job -> job.process()
                            .filter(it -> it.pid() == at.pid() && it.startTicks() == at.startTicks())
                            .isPresent());
            if (match.isPresent()) {
                return match;
            }
            ancestor = at.parent() <= 1 ? Optional.empty() : proc.apply(at.parent());
        }
        return Optional.empty();
    }
}
