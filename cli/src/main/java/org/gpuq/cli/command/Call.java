package org.gpuq.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.gpuq.cli.render.Sanitize;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.engine.Refusal.Kind;
import org.gpuq.core.job.Job;
import org.gpuq.core.model.JobId;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.User;
import org.gpuq.daemon.port.Client;
import org.gpuq.daemon.port.Queue;
import org.gpuq.daemon.port.RefusedException;
import org.gpuq.daemon.port.Request;

/** One call of {@code q} on its way through a command. */
record Call(Client client, Request request, Services services) {
    static final int OK = 0;

    Queue queue() {
        return services.queue();
    }

    User user() {
        return client.caller().user();
    }

    boolean administrator() {
        return services.administrator(user());
    }

    /** Whether the caller may see and do what only a job's owner may. */
    boolean mayManage(Job job) {
        return administrator() || job.spec().user().is(user());
    }

    void out(CharSequence text) throws InterruptedException {
        client.out(text.toString().getBytes(UTF_8));
    }

    void out(byte[] bytes) throws InterruptedException {
        client.out(bytes);
    }

    /** A sentence for the person at the terminal; nothing where standard error is none. */
    void remark(String sentence) throws InterruptedException {
        if (request.terminal().stderr()) {
            warn(sentence);
        }
    }

    void warn(String sentence) throws InterruptedException {
        client.err(("q: " + Sanitize.text(sentence) + "\n").getBytes(UTF_8));
    }

    Job job(JobId id) throws RefusedException {
        return queue().view().state().job(id).orElseThrow(() -> unknown(id));
    }

    private static RefusedException unknown(JobId id) {
        return new RefusedException(
                new Refusal(Kind.NOT_FOUND, "there is no job " + id, "'q list --all' shows the jobs there are"));
    }

    /** Waits as long as the client is there. */
    Job await(JobId id, Predicate<Job> condition) throws RefusedException, InterruptedException {
        Thread waiting = Thread.currentThread();
        client.onGone(waiting::interrupt);
        return queue().await(id, condition);
    }

    /** The caller's environment variable; empty when it is not set. */
    Optional<String> variable(String name) {
        return variable(request.environment(), name);
    }

    private static Optional<String> variable(List<RawBytes> environment, String name) {
        String prefix = name + "=";
        return environment.stream()
                .map(RawBytes::latin1)
                .filter(entry -> entry.startsWith(prefix))
                .findFirst()
                .map(entry -> entry.substring(prefix.length()));
    }
}
