package org.gpuq.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.gpuq.cli.command.Commands;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.ResourceLimit;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;
import org.gpuq.daemon.port.JobSetup;
import org.gpuq.daemon.port.Request;
import org.gpuq.daemon.port.Terminal;

/** Calls commands as {@code q} would. */
public final class Session {
    public static final Terminal PIPE = new Terminal(false, false, false, 0, 0);
    private static final int DAEMON_UID = 990;

    public final FakeQueue queue = new FakeQueue();
    public final FakeDaemon daemon = new FakeDaemon();
    public final Commands commands = new Commands(queue, new Setup(queue), daemon, DAEMON_UID);

    public List<RawBytes> environment = List.of(RawBytes.utf8("HOME=/home/ann"), RawBytes.utf8("TZ=UTC"));
    public List<ResourceLimit> limits = List.of();
    public RawBytes directory = RawBytes.utf8("/home/ann/work");

    /** What came of a call. */
    public record Result(int exit, FakeClient client) {
        public String out() {
            return client.stdout();
        }

        public String err() {
            return client.stderr();
        }
    }

    public static Terminal terminal(int columns) {
        return new Terminal(true, true, true, columns, 24);
    }

    public Result q(String... words) throws InterruptedException {
        return q(Sample.ANN, PIPE, words);
    }

    public Result q(User user, Terminal terminal, String... words) throws InterruptedException {
        return call(
                new FakeClient(user),
                terminal,
                Arrays.stream(words).map(RawBytes::utf8).toList());
    }

    public Result call(FakeClient client, Terminal terminal, List<RawBytes> words) throws InterruptedException {
        Request request = new Request(words, environment, directory, 022, limits, terminal);
        return new Result(commands.run(client, request), client);
    }

    /** The same on a thread of its own, for calls that wait. */
    public CompletableFuture<Result> start(FakeClient client, Terminal terminal, String... words) {
        CompletableFuture<Result> result = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                result.complete(call(
                        client,
                        terminal,
                        Arrays.stream(words).map(RawBytes::utf8).toList()));
            } catch (InterruptedException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    public Job job(int id) {
        return queue.view().state().job(new JobId(id)).orElseThrow();
    }

    private record Setup(FakeQueue queue) implements JobSetup {
        @Override
        public RawBytes output(JobId job) {
            return RawBytes.utf8("/state/output/" + job + ".log");
        }

        @Override
        public List<RawBytes> environment(Job job) {
            List<RawBytes> all = new ArrayList<>(queue.environment(job.spec().environment()));
            all.add(RawBytes.utf8("GPUQ_JOB_ID=" + job.id()));
            return all;
        }
    }
}
