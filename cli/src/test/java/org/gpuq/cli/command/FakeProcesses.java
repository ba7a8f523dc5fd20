package org.gpuq.cli.command;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Processes that were put there. */
final class FakeProcesses implements Processes {
    private final Map<Integer, Facts> known = new ConcurrentHashMap<>();

    void add(int pid, int parent, long startTicks) {
        known.put(pid, new Facts(pid, parent, startTicks));
    }

    void remove(int pid) {
        known.remove(pid);
    }

    @Override
    public Optional<Facts> find(int pid) {
        return Optional.ofNullable(known.get(pid));
    }
}
