package org.gpuq.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.gpuq.cli.render.Sanitize;
import org.gpuq.core.engine.Deed;
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
public record Call(Client client, Request request, Services services) {
    public static final int OK = 0;

    /** As the caller may see it. */
    public Queue queue() {
        return new SeenQueue(services.queue(), new Sight(services.rules(), user()));
    }

    public User user() {
        return client.caller().user();
    }

    public boolean administrator() {
        return services.administrator(user());
    }

    public boolean may(Deed deed, Job job) {
        return services.rules().allows(user(), deed, job);
    }

    /** The same where it is done to nobody's job in particular. */
    public boolean may(Deed deed) {
        return services.rules().allows(user(), deed);
    }

    public void out(CharSequence text) throws InterruptedException {
        client.out(text.toString().getBytes(UTF_8));
    }

    public void out(byte[] bytes) throws InterruptedException {
        client.out(bytes);
    }

    /** A sentence for the person at the terminal; nothing where standard error is none. */
    public void remark(String sentence) throws InterruptedException {
        if (request.terminal().stderr()) {
            warn(sentence);
        }
    }

    public void warn(String sentence) throws InterruptedException {
        client.err(("q: " + Sanitize.text(sentence) + "\n").getBytes(UTF_8));
    }

    public Job job(JobId id) throws RefusedException {
        return queue().view().state().job(id).orElseThrow(() -> unknown(id));
    }

    private static RefusedException unknown(JobId id) {
        return new RefusedException(
                new Refusal(Kind.NOT_FOUND, "there is no job " + id, "'q list --all' shows the jobs there are"));
    }

    /** Waits as long as the client is there. */
    public Job await(JobId id, Predicate<Job> condition) throws RefusedException, InterruptedException {
        Thread waiting = Thread.currentThread();
        client.onGone(waiting::interrupt);
        return queue().await(id, condition);
    }

    /** The zone in which the caller reads times. */
    public ZoneId zone() {
        return Color.zone(this);
    }

    /** The caller's environment variable; empty when it is not set. */
    public Optional<String> variable(String name) {
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
