package org.gpuq.cli.command;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.gpuq.cli.FakeClient;
import org.gpuq.cli.FakeDaemon;
import org.gpuq.cli.FakeQueue;
import org.gpuq.cli.Sample;
import org.gpuq.cli.tsp.TspFace;
import org.gpuq.core.job.Job;
import org.gpuq.core.job.ResourceLimit;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;
import org.gpuq.daemon.port.Request;
import org.gpuq.daemon.port.Terminal;

/** Calls commands as {@code q} would. */
final class Session {
    static final Terminal PIPE = new Terminal(false, false, false, 0, 0);
    static final int DAEMON_UID = 990;
    static final Rules RULES = new Rules(user -> user.uid() == 0 || user.uid() == DAEMON_UID, true, true, true);

    final FakeQueue queue = new FakeQueue();
    final FakeDaemon daemon = new FakeDaemon();
    final FakeProcesses processes = new FakeProcesses();
    final Rules rules;
    Commands commands;

    List<RawBytes> environment = List.of(RawBytes.utf8("HOME=/home/ann"), RawBytes.utf8("TZ=UTC"));
    List<ResourceLimit> limits = List.of();
    RawBytes directory = RawBytes.utf8("/home/ann/work");

    Session() {
        this(RULES);
    }

    Session(Rules rules) {
        this.rules = rules;
        commands = anew();
    }

    /** As after a restart of the daemon: what is queued is there, and nobody attends to anything. */
    void commandsAnew() {
        commands = anew();
    }

    private Commands anew() {
        return new Commands(
                new Services(
                        queue,
                        daemon,
                        processes,
                        new Attachments<>(),
                        new Attachments<>(),
                        Duration.ofSeconds(2),
                        rules),
                new TspFace());
    }

    /** What came of a call. */
    record Result(int exit, FakeClient client) {
        String out() {
            return client.stdout();
        }

        String err() {
            return client.stderr();
        }
    }

    static Terminal terminal(int columns) {
        return new Terminal(true, true, true, columns, 24);
    }

    Result q(String... words) throws InterruptedException {
        return q(Sample.ANN, PIPE, words);
    }

    Result q(User user, Terminal terminal, String... words) throws InterruptedException {
        return call(
                new FakeClient(user),
                terminal,
                Arrays.stream(words).map(RawBytes::utf8).toList());
    }

    Result call(FakeClient client, Terminal terminal, List<RawBytes> words) throws InterruptedException {
        Request request = new Request(words, environment, directory, 022, limits, terminal, 0, client.background());
        return new Result(commands.run(client, request), client);
    }

    /** The same on a thread of its own, for calls that wait. */
    CompletableFuture<Result> start(FakeClient client, Terminal terminal, String... words) {
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

    Job job(int id) {
        return queue.view().state().job(new JobId(id)).orElseThrow();
    }
}
