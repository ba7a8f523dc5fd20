package org.gpuq.cli.command;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;

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
    public Optional<Description> describe(int pid) {
        return find(pid)
                .map(facts -> new Description(
                        new User(1000, 1000, "ann"), 1000, List.of(RawBytes.utf8("train")), RawBytes.utf8("/")));
    }

    @Override
    public Optional<Facts> find(int pid) {
        return Optional.ofNullable(known.get(pid));
    }
}
