package org.gpuq.daemon.loop;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.engine.State;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.JobId;
import org.gpuq.daemon.port.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who wait for something to become true of a job. A change of one job asks only those who wait for it. Thread-safe. */
final class Watchers {
    private static final Logger LOG = LoggerFactory.getLogger(Watchers.class);

    private final ConcurrentHashMap<JobId, CopyOnWriteArrayList<Watcher>> byJob = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private record Watcher(Predicate<Job> condition, CompletableFuture<Optional<Job>> fulfilled) {
        /** An empty job is one that is gone. */
        void look(Optional<Job> job) {
            try {
                if (job.isEmpty() || condition.test(job.get())) {
                    fulfilled.complete(job);
                }
            } catch (RuntimeException e) {
                LOG.error("A condition could not be tested", e);
                fulfilled.completeExceptionally(e);
            }
        }
    }

    /** @param state gives what is published at the time of asking */
    Job await(JobId id, Predicate<Job> condition, Supplier<State> state) throws RefusedException, InterruptedException {
        boolean there = state.get().job(id).isPresent();
        Watcher watcher = new Watcher(condition, new CompletableFuture<>());
        byJob.compute(id, (key, present) -> {
            CopyOnWriteArrayList<Watcher> all = present == null ? new CopyOnWriteArrayList<>() : present;
            all.add(watcher);
            return all;
        });
        try {
            // Only now that it is registered: what changes after this look is told.
            watcher.look(state.get().job(id));
            if (closed) {
                close();
            }
            return watcher.fulfilled().get().orElseThrow(() -> missing(id, there));
        } catch (ExecutionException e) {
            throw new IllegalStateException("job " + id + " could not be waited for", e.getCause());
        } finally {
            byJob.computeIfPresent(id, (key, all) -> {
                all.remove(watcher);
                return all.isEmpty() ? null : all;
            });
        }
    }

    /** @param there whether it was, when the waiting began */
    private RefusedException missing(JobId id, boolean there) {
        if (closed) {
            return new RefusedException(
                    new Refusal(Refusal.Kind.NO_DAEMON, "the daemon is stopping", "try again in a moment"));
        }
        return new RefusedException(
                there
                        ? new Refusal(Refusal.Kind.REMOVED, "job " + id + " was removed from the list", "")
                        : Refusal.noJob(id));
    }

    /** Tells those who wait for {@code id} how it stands. */
    void changed(JobId id, State state) {
        CopyOnWriteArrayList<Watcher> waiting = byJob.get(id);
        if (waiting != null) {
            Optional<Job> job = state.job(id);
            waiting.forEach(watcher -> watcher.look(job));
        }
    }

    /** Every job is gone, whoever may have its number by now. */
    void cleared() {
        byJob.values().forEach(all -> all.forEach(watcher -> watcher.look(Optional.empty())));
    }

    int size() {
        return byJob.values().stream().mapToInt(CopyOnWriteArrayList::size).sum();
    }

    /** Nobody waits any longer. */
    void close() {
        closed = true;
        cleared();
    }
}
