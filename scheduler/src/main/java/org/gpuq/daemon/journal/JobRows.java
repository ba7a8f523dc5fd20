package org.gpuq.daemon.journal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.IdMap;
import org.gpuq.core.model.JobId;

/**
 * Reads the rows of all jobs. To make a job of a row takes several times as long as to fetch the row, so one thread asks
 * the database while every processor reads what it said, a block at a time.
 */
final class JobRows {
    private static final int BLOCK = 500;

    private final Queue<Shared> idle = new ConcurrentLinkedQueue<>();

    private JobRows() {}

    private record Block(List<JobId> ids, List<byte[]> bodies) {}

    /** @throws IllegalArgumentException when a row holds no job */
    static IdMap<Job> read(Connection connection) throws SQLException {
        return new JobRows().all(connection);
    }

    private IdMap<Job> all(Connection connection) throws SQLException {
        List<Future<List<Job>>> blocks = new ArrayList<>();
        try (ExecutorService readers = readers();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, body FROM job ORDER BY id")) {
            for (Block block = next(row); !block.ids().isEmpty(); block = next(row)) {
                Block full = block;
                blocks.add(readers.submit(() -> jobs(full)));
            }
        }
        return joined(blocks);
    }

    /** When all are busy the thread that asks the database reads a block itself, so that few wait in memory. */
    private static ExecutorService readers() {
        int others = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
        return new ThreadPoolExecutor(
                others,
                others,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(2 * others),
                new ThreadPoolExecutor.CallerRunsPolicy());
    }

    private static Block next(ResultSet row) throws SQLException {
        Block block = new Block(new ArrayList<>(BLOCK), new ArrayList<>(BLOCK));
        while (block.ids().size() < BLOCK && row.next()) {
            block.ids().add(new JobId(row.getInt(1)));
            block.bodies().add(row.getBytes(2));
        }
        return block;
    }

    private List<Job> jobs(Block block) {
        Shared free = idle.poll();
        Shared shared = free == null ? new Shared() : free;
        List<Job> jobs = new ArrayList<>(block.ids().size());
        for (int i = 0; i < block.ids().size(); i++) {
            jobs.add(JobFormat.read(block.ids().get(i), block.bodies().get(i), shared));
        }
        idle.add(shared);
        return jobs;
    }

    private static IdMap<Job> joined(List<Future<List<Job>>> blocks) {
        IdMap<Job> all = IdMap.empty();
        try {
            for (Future<List<Job>> block : blocks) {
                for (Job job : block.get()) {
                    all = all.with(job.id().value(), job);
                }
            }
        } catch (ExecutionException e) {
            Throwable why = e.getCause() == null ? e : e.getCause();
            throw new IllegalArgumentException(String.valueOf(why.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the journal was read", e);
        }
        return all;
    }
}
