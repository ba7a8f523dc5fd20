package org.gpuq.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.gpuq.cli.render.ErrorJson;
import org.gpuq.cli.render.ErrorText;
import org.gpuq.core.engine.Refusal;
import org.gpuq.core.model.RawBytes;
import org.gpuq.core.model.Token;
import org.gpuq.daemon.port.Client;
import org.gpuq.daemon.port.CommandHandler;
import org.gpuq.daemon.port.DaemonControl;
import org.gpuq.daemon.port.Queue;
import org.gpuq.daemon.port.RefusedException;
import org.gpuq.daemon.port.Request;

/**
 * Answers calls of {@code q}: the first word picks the verb, and only that one's model is built; what begins with no verb
 * is for the face. Thread-safe.
 */
public final class Commands implements CommandHandler {
    private static final RawBytes JSON = new RawBytes("--json");
    private static final int FAILED = 1;
    private static final Duration RETURN_GRACE = Duration.ofSeconds(10);

    /** With one of these in front and no verb, a job is meant; with any other long option, the list. */
    private static final Set<String> OPTIONS_OF_RUN = Set.of(
            "--gpu",
            "--gpu-mem",
            "--gpu-type",
            "--gpu-index",
            "--gpu-uuid",
            "--share",
            "--slots",
            "--label",
            "--name",
            "--after",
            "--cwd",
            "--foreground",
            "--time",
            "--signal",
            "--retries",
            "--requeue-on",
            "--retry-delay",
            "--requeue",
            "--memory",
            "--processes",
            "--cpus");

    private final Verbs verbs = new Verbs();
    private final Services services;
    private final Foreground foreground;
    private final Face face;

    /**
     * @param rules who may do what
     * @param face answers what begins with no verb
     */
    public Commands(Queue queue, DaemonControl daemon, Rules rules, Face face) {
        this(
                new Services(
                        queue, daemon, new ProcFs(), new Attachments<>(), new Attachments<>(), RETURN_GRACE, rules),
                face);
    }

    Commands(Services services, Face face) {
        this.services = services;
        this.face = face;
        this.foreground = new Foreground(services);
    }

    /**
     * Sees to the foreground jobs of an earlier daemon; to be called once, when calls are about to be taken. Returns at
     * once.
     */
    public void adoptForegroundJobs() {
        new Adoption(services).adopt();
    }

    @Override
    public int run(Client client, Request request) throws InterruptedException {
        Call call = new Call(client, request, services);
        List<RawBytes> words = request.arguments();
        try {
            return dispatch(call, words);
        } catch (RefusedException e) {
            return refuse(client, e.refusal(), wantsJson(words));
        } catch (InterruptedException e) {
            if (client.gone()) {
                return FAILED; // a wait that nobody waits for any more
            }
            throw e;
        }
    }

    @Override
    public int resume(Client client, Token token) throws InterruptedException {
        try {
            return foreground.resume(client, token);
        } catch (RefusedException e) {
            return refuse(client, e.refusal(), false);
        }
    }

    private int dispatch(Call call, List<RawBytes> words) throws RefusedException, InterruptedException {
        if (words.isEmpty() && call.request().terminal().stdout()) {
            return verbs.get(Verbs.LIST).run(call, words);
        }
        String first = words.isEmpty() ? "" : words.getFirst().latin1();
        Optional<Parser> both =
                words.size() > 1 ? verbs.find(first, words.get(1).latin1()) : Optional.empty();
        if (both.isPresent()) {
            return both.get().run(call, words.subList(2, words.size()));
        }
        Optional<Parser> verb = verbs.find(first);
        if (verb.isPresent()) {
            return verb.get().run(call, words.subList(1, words.size()));
        }
        return switch (first) {
            case "--help" -> verbs.get(Verbs.HELP).run(call, words.subList(1, words.size()));
            case "--version" -> version(call);
            case Foreground.RETURN -> foreground.comeBack(call, words);
            case "-a" -> verbs.get(Verbs.LIST).run(call, words);
            case "demo" -> throw Usage.wrong("the demo does not run inside a daemon", "call it from a shell: q demo");
            default -> bare(call, words, first);
        };
    }

    /** No verb: a command to queue, options of the face, or of run or list. */
    private int bare(Call call, List<RawBytes> words, String first) throws RefusedException, InterruptedException {
        Optional<Verb> read = face.read(words, asked -> verbs.get(Verbs.HELP).run(asked, List.of()), Commands::version);
        if (read.isPresent()) {
            return read.get().run(call);
        }
        String option = first.contains("=") ? first.substring(0, first.indexOf('=')) : first;
        boolean ofRun = OPTIONS_OF_RUN.contains(option) || !first.startsWith("--");
        return verbs.get(ofRun ? Verbs.RUN : Verbs.LIST).run(call, words);
    }

    private static int version(Call call) throws InterruptedException {
        call.out("q " + call.services().daemon().status().version() + "\n");
        return Call.OK;
    }

    /** Whether errors are to be JSON; a word of a job's command does not count. */
    private boolean wantsJson(List<RawBytes> words) {
        if (!words.contains(JSON)) {
            return false;
        }
        String first = words.getFirst().latin1();
        return first.startsWith("-") || (verbs.find(first).isPresent() && !first.equals(Verbs.RUN));
    }

    private static int refuse(Client client, Refusal refusal, boolean json) throws InterruptedException {
        if (json) {
            client.out(ErrorJson.of(refusal));
        } else {
            client.err(ErrorText.of(refusal).getBytes(UTF_8));
        }
        return refusal.kind().exitCode();
    }
}
